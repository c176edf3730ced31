/** Asks for the password of the server, and leads back to where one wanted to go. */

import { useState } from "preact/hooks";

import { ApiError, api, signIn, signOut } from "../../api/client";
import { boot } from "../../boot";
import "./login.css";

/** Only places of this UI are led to. */
export function wantedPlace(query: string): string {
  const next = new URLSearchParams(query).get("next") ?? "";
  return /^\/(?!\/|\\)/.test(next) ? next : "/dashboard";
}

export default function Login() {
  const [secret, setSecret] = useState("");
  const [wrong, setWrong] = useState("");
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setWrong("");
    signIn(secret);
    try {
      await api("GET", "/ui/search?q=&limit=1");
      location.assign(boot.base + wantedPlace(location.search)); // begins anew, with the stream signed in
    } catch (error) {
      signOut();
      setBusy(false);
      const isRefused = error instanceof ApiError && error.status === 401;
      setWrong(isRefused ? "That is not the password of this server." : (error as Error).message);
    }
  };
  return (
    <main class="login">
      <form class="panel inside stack" onSubmit={(event) => void submit(event)}>
        <h1>Sign in</h1>
        <p class="muted">
          The server has a password: the value of <code>PREFECT_SERVER_API_AUTH_STRING</code>, such as{" "}
          <code>user:password</code>.
        </p>
        <label class="field">
          <span class="label">Password</span>
          <input
            class="input"
            type="password"
            autoFocus
            required
            autoComplete="current-password"
            aria-invalid={wrong ? true : undefined}
            aria-describedby="wrong"
            value={secret}
            onInput={(event) => setSecret(event.currentTarget.value)}
          />
          <span id="wrong" class="wrong" role="alert">
            {wrong}
          </span>
        </label>
        <button class="button primary" type="submit" disabled={isBusy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
