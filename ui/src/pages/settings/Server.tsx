/** The server: its version, its database, whether it is well, and how its background services fare. */

import { authorization, signOut } from "../../api/client";
import { useGet } from "../../api/queries";
import { boot } from "../../boot";
import { Facts } from "../../parts/Facts";
import { Time } from "../../parts/Time";

interface Keeper {
  status: "ok" | "failing" | "starting" | "off";
  rounds?: number;
  last_round?: string | null;
  failures?: number;
  why?: string | null;
}

interface Ready {
  message?: string;
  keepers?: Record<string, Keeper>;
}

const LOOKS = { ok: "good", failing: "bad", starting: "", off: "" };
const WORDS = { ok: "works", failing: "fails", starting: "begins", off: "is switched off" };
const EVERY = 15_000;

export function Server({ database, profile }: { database: string | undefined; profile: string | undefined }) {
  const ready = useGet<Ready>("/ready", { every: EVERY });
  const keepers = Object.entries(ready.data?.keepers ?? {}).sort(([one], [other]) => one.localeCompare(other));
  return (
    <section class="panel" aria-label="Server">
      <header>
        <h2>Server</h2>
      </header>
      <div class="inside stack">
        <Facts
          isRow
          of={[
            ["Version", boot.version || "unknown"],
            ["API", <code key="a">{new URL(boot.api, location.href).href}</code>],
            ["Database", database ?? "…"],
            ["Profile", profile ?? "…"],
            ["Health", ready.error ? ready.error.message : (ready.data?.message ?? "…")],
            ["Sign-in", boot.auth === "BASIC" ? "with a password" : "none"],
          ]}
        />
        {authorization() !== null && (
          <span>
            <button class="button" type="button" onClick={() => (signOut(), location.assign(`${boot.base}/login`))}>
              Sign out
            </button>
          </span>
        )}
      </div>
      {keepers.length > 0 && (
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Background services">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Background service</th>
                <th scope="col">State</th>
                <th scope="col">Last round</th>
              </tr>
            </thead>
            <tbody>
              {keepers.map(([name, keeper]) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td>
                    <span class={`dot ${LOOKS[keeper.status]}`} /> {WORDS[keeper.status]}
                    {keeper.status === "failing" && keeper.why && <span class="muted">: {keeper.why}</span>}
                  </td>
                  <td>
                    <Time at={keeper.last_round ?? null} none="–" />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
