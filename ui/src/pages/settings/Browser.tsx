/** How this browser shows things: kept here, told to nobody. */

import { absolute } from "../../parts/time";
import { choose, preferences, type Preferences } from "../../preferences";

type Name = "theme" | "colours" | "density";

const CHOICES: readonly (readonly [Name, string, readonly (readonly [string, string])[]])[] = [
  [
    "theme",
    "Theme",
    [
      ["system", "System"],
      ["light", "Light"],
      ["dark", "Dark"],
    ],
  ],
  [
    "colours",
    "Colours of states",
    [
      ["usual", "Usual"],
      ["distinct", "For people who see few colours"],
    ],
  ],
  [
    "density",
    "Lists and panels",
    [
      ["usual", "Usual"],
      ["compact", "Compact"],
    ],
  ],
];

export function Browser() {
  const { zone, clock } = preferences.value;
  const zones = Intl.supportedValuesOf("timeZone");
  return (
    <section class="panel" aria-label="This browser">
      <header>
        <h2>This browser</h2>
      </header>
      <div class="inside stack">
        {CHOICES.map(([name, title, options]) => (
          <fieldset key={name} class="row wrap" style="padding: 0; border: 0">
            <legend class="label">{title}</legend>
            {options.map(([value, text]) => (
              <label key={value} class="row" style="gap: 4px">
                <input
                  type="radio"
                  name={name}
                  checked={preferences.value[name] === value}
                  onChange={() => choose({ [name]: value } as Partial<Preferences>)}
                />
                {text}
              </label>
            ))}
          </fieldset>
        ))}
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
