/** How this browser shows things, and how the server is set up. */

import { useGet } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { Browser } from "./Browser";
import { groups, shown, type Setting } from "./groups";
import { Server } from "./Server";

interface Told {
  profile: string;
  database: string;
  settings: Setting[];
}

export default function Settings() {
  useTitle("Settings");
  const told = useGet<Told>("/ui/settings");
  return (
    <div class="page" style="max-width: 64rem">
      <header>
        <h1>Settings</h1>
      </header>
      <Browser />
      <Server database={told.data?.database} profile={told.data?.profile} />
      <Answer of={told}>{({ settings }) => <Values of={settings} />}</Answer>
    </div>
  );
}

function Values({ of }: { of: readonly Setting[] }) {
  const parameters = useParams();
  const search = parameters.get("search");
  const onlyChanged = parameters.get("changed") === "true";
  const found = groups(of, search, onlyChanged);
  return (
    <section class="panel" aria-label="Settings of the server">
      <header>
        <h2>Settings of the server</h2>
        <label class="check" style="margin-left: auto">
          <input
            type="checkbox"
            checked={onlyChanged}
            onChange={(event) => parameters.set({ changed: event.currentTarget.checked ? "true" : null })}
          />
          Only those that are set
        </label>
        <input
          class="input"
          style="width: 14rem"
          type="search"
          aria-label="Search settings"
          placeholder="Name, variable or value"
          value={search}
          onInput={(event) => parameters.set({ search: event.currentTarget.value })}
        />
      </header>
      {found.length === 0 ? (
        <Empty title="None of them" snippet={onlyChanged && !search ? "prefect config set PREFECT_LOGGING_LEVEL=DEBUG" : undefined}>
          {onlyChanged && !search ? "Everything is as it comes. This sets a value in the active profile:" : "No setting fits."}
        </Empty>
      ) : (
        found.map(([group, settings]) => (
          <details key={group} open={search !== "" || onlyChanged || group === ""} class="settings-group">
            <summary>
              <b>{group || "General"}</b> <span class="muted">{settings.length}</span>
            </summary>
            <div class="scroll-x" tabIndex={0} role="region" aria-label={`Settings: ${group || "general"}`}>
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">Setting</th>
                    <th scope="col">Value</th>
                    <th scope="col">From</th>
                  </tr>
                </thead>
                <tbody>
                  {settings.map((each) => (
                    <Row key={each.name} of={each} />
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        ))
      )}
    </section>
  );
}

function Row({ of }: { of: Setting }) {
  const before = shown(of.default);
  const value = shown(of.value);
  return (
    <tr>
      <td>
        <code title={of.env}>{of.name}</code>
      </td>
      <td style="overflow-wrap: anywhere">
        {value === null ? <span class="muted">not set</span> : <code>{value}</code>}
        {of.is_changed && before !== value && !of.is_secret && (
          <div class="muted">{before === null ? "not set by default" : `by default ${before}`}</div>
        )}
      </td>
      <td style="overflow-wrap: anywhere">
        {of.is_changed ? <b>{of.source}</b> : <span class="muted">{of.source}</span>}
        {of.file && <div class="muted">{of.file}</div>}
      </td>
    </tr>
  );
}
