/** How this browser shows things, and how the server is set up. */

import { useState } from "preact/hooks";

import { authorization, signOut } from "../../api/client";
import { useGet } from "../../api/queries";
import { boot } from "../../boot";
import { Answer } from "../../parts/Answer";
import { Facts } from "../../parts/Facts";
import { absolute } from "../../parts/time";
import { useTitle } from "../../parts/title";
import { choose, preferences, type Preferences } from "../../preferences";
import { flat } from "./flat";

export default function Settings() {
  useTitle("Settings");
  return (
    <div class="page" style="max-width: 60rem">
      <header>
        <h1>Settings</h1>
      </header>
      <Browser />
      <Server />
      <Variables />
    </div>
  );
}

function Browser() {
  const { theme, zone, clock } = preferences.value;
  const zones = Intl.supportedValuesOf("timeZone");
  return (
    <section class="panel" aria-label="This browser">
      <header>
        <h2>This browser</h2>
      </header>
      <div class="inside stack">
        <fieldset class="row wrap" style="padding: 0; border: 0">
          <legend class="label">Theme</legend>
          {(["system", "light", "dark"] as const).map((each) => (
            <label key={each} class="row" style="gap: 4px">
              <input type="radio" name="theme" checked={theme === each} onChange={() => choose({ theme: each })} />
              {each.charAt(0).toUpperCase() + each.slice(1)}
            </label>
          ))}
        </fieldset>
        <label class="field" style="max-width: 20rem">
          <span class="label">Time zone</span>
          <select class="input" value={zone} onChange={(event) => choose({ zone: event.currentTarget.value })}>
            <option value="">That of the browser</option>
            {zones.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <label class="field" style="max-width: 20rem">
          <span class="label">Clock</span>
          <select
            class="input"
            value={clock}
            onChange={(event) => choose({ clock: event.currentTarget.value as Preferences["clock"] })}
          >
            <option value="system">That of the browser</option>
            <option value="24">24 hours</option>
            <option value="12">12 hours</option>
          </select>
        </label>
        <p class="muted">It is {absolute(new Date())}.</p>
      </div>
    </section>
  );
}

function Server() {
  const ready = useGet<{ message?: string; detail?: string }>("/ready", { every: 15_000 });
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
    </section>
  );
}

function Variables() {
  const [search, setSearch] = useState("");
  const settings = useGet<Record<string, unknown>>("/admin/settings");
  return (
    <section class="panel" aria-label="Settings of the server">
      <header>
        <h2>Settings of the server</h2>
        <input
          class="input"
          style="width: 14rem; margin-left: auto"
          type="search"
          aria-label="Search settings"
          placeholder="Search"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </header>
      <Answer of={settings}>
        {(told) => (
          <div class="scroll-x" tabIndex={0} role="region" aria-label="Table of settings">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">Setting</th>
                  <th scope="col">Value</th>
                </tr>
              </thead>
              <tbody>
                {flat(told)
                  .filter(([name]) => name.includes(search.toLowerCase().replace(/^prefect_/, "").replaceAll("_", ".")) || name.includes(search))
                  .map(([name, value]) => (
                    <tr key={name}>
                      <td>
                        <code>{name}</code>
                      </td>
                      <td style="overflow-wrap: anywhere">
                        {value === null ? <span class="muted">not set</span> : <code>{String(value)}</code>}
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
    </section>
  );
}
