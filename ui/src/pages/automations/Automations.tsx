/** All automations, in words. */

import { Link } from "wouter-preact";

import { usePages } from "../../api/usePages";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { copyText } from "../../parts/Copy";
import { Empty } from "../../parts/Empty";
import { Menu } from "../../parts/Menu";
import { More } from "../../parts/More";
import { Switch } from "../../parts/Switch";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { enable, remove } from "./doing";
import type { Automation } from "./types";
import { actionWords, triggerWords } from "./words";

export default function Automations() {
  useTitle("Automations");
  const parameters = useParams();
  const search = parameters.get("search").toLowerCase();
  const { asked: found, more } = usePages<Automation>("/automations/filter", {});
  useLive(["automation"], () => void found.refetch());
  return (
    <div class="page">
      <header>
        <h1>Automations</h1>
        <div class="actions">
          <Link class="button primary" href="/automations/create">
            Add automation
          </Link>
        </div>
      </header>
      <div class="toolbar" role="search">
        <input class="input" type="search" aria-label="Name" placeholder="Name" value={parameters.get("search")} onInput={(event) => parameters.set({ search: event.currentTarget.value })} />
      </div>
      <Answer of={found}>
        {(all) =>
          all.length === 0 ? (
            <section class="panel">
              <Empty title="No automations yet" snippet="prefect automation create --from-file automation.yaml">
                An automation does something when something happens, or when it does not: tell of failed runs, start a deployment after another.
              </Empty>
            </section>
          ) : (
            <ul class="stack" style="gap: var(--gap-3)">
              {all
                .filter(({ name }) => name.toLowerCase().includes(search))
                .map((each) => (
                  <li key={each.id} class="panel" style="padding: var(--gap-3) var(--gap-4)">
                    <div class="row">
                      <Link class="name-of" href={`/automations/automation/${each.id}`}>
                        {each.name}
                      </Link>
                      <span class="muted cut" style="flex: 1">
                        {each.description}
                      </span>
                      <Switch label={`${each.name} is on`} isOn={each.enabled} change={(isOn) => void enable(each, isOn)} />
                      <Menu
                        label={`More for ${each.name}`}
                        items={[
                          { name: "Edit", href: `/automations/automation/${each.id}/edit` },
                          { name: "Duplicate", href: `/automations/create?from=${each.id}` },
                          { name: "Copy id", do: () => void copyText(each.id) },
                          { name: "Delete …", isDanger: true, do: () => void remove(each) },
                        ]}
                      />
                    </div>
                    <Sentences of={each} />
                  </li>
                ))}
            </ul>
          )
        }
      </Answer>
      <More more={more} />
    </div>
  );
}

export function Sentences({ of }: { of: Pick<Automation, "trigger" | "actions"> }) {
  return (
    <div style="overflow-wrap: anywhere">
      {triggerWords(of.trigger).map(({ depth, words }, at) => (
        <p key={at} style={`padding-left: ${depth * 1.25}rem`}>
          {words}
        </p>
      ))}
      <p class="muted">{of.actions.map(actionWords).join(" · ")}</p>
    </div>
  );
}
