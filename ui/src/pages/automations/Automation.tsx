/** One automation: its trigger and actions in words, and what it did. */

import { Link, useLocation } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError } from "../../api/client";
import { useGet, usePost } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { copyText } from "../../parts/Copy";
import { Empty } from "../../parts/Empty";
import { Facts } from "../../parts/Facts";
import { Json } from "../../parts/Json";
import { Menu } from "../../parts/Menu";
import { Switch } from "../../parts/Switch";
import { Tabs } from "../../parts/Tabs";
import { Tags } from "../../parts/Tags";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { eventPath, eventWords, type EventPage } from "../events/types";
import { NotFound } from "../NotFound";
import { enable, remove } from "./doing";
import { Rehearsal } from "./Rehearsal";
import type { Automation } from "./types";
import { actionWords, selectedBy, triggerWords } from "./words";

export default function AutomationPage({ params }: PageProps) {
  const found = useGet<Automation>(`/automations/${params["id"]}`);
  useLive([`automation:${params["id"]}`], () => void found.refetch());
  if (found.error instanceof ApiError && [404, 422].includes(found.error.status))
    return <NotFound what="automation" id={params["id"] ?? ""} />;
  return <Answer of={found}>{(automation) => <Shown of={automation} />}</Answer>;
}

const PLACES: Record<string, string> = {
  deployment: "/deployments/deployment/",
  work_queue: "/work-queues/work-queue/",
  work_pool: "/work-pools/work-pool/",
  automation: "/automations/automation/",
  block_document: "/blocks/block/",
};

function Shown({ of }: { of: Automation }) {
  useTitle(of.name);
  const [, go] = useLocation();
  const others = [...(of.actions_on_trigger ?? []), ...(of.actions_on_resolve ?? [])];
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/automations">Automations</Link> / <h1>{of.name}</h1>
        </span>
        <Tags tags={of.tags} />
        <div class="actions">
          <span class="row">
            On <Switch label={`${of.name} is on`} isOn={of.enabled} change={(isOn) => void enable(of, isOn)} />
          </span>
          <Link class="button" href={`/automations/automation/${of.id}/edit`}>
            Edit
          </Link>
          <Menu
            label="More for this automation"
            look="button icon"
            items={[
              { name: "Duplicate", href: `/automations/create?from=${of.id}` },
              { name: "Copy id", do: () => void copyText(of.id) },
              { name: "Delete …", isDanger: true, do: () => void remove(of).then((isGone) => isGone && go("/automations")) },
            ]}
          />
        </div>
      </header>
      <div class="two-columns">
        <section class="panel" style="padding: var(--gap-3) var(--gap-4) var(--gap-4)">
          <Tabs
            label="This automation"
            tabs={[
              {
                name: "What it does",
                body: () => (
                  <div class="stack">
                    {of.description && <p>{of.description}</p>}
                    <h2>Trigger</h2>
                    <div style="overflow-wrap: anywhere">
                      {triggerWords(of.trigger).map(({ depth, words }, at) => (
                        <p key={at} style={`padding-left: ${depth * 1.25}rem`}>
                          {words}
                        </p>
                      ))}
                    </div>
                    <h2>Actions</h2>
                    <ol class="stack" style="gap: var(--gap-2)">
                      {[...of.actions, ...others].map((action, at) => {
                        const selected = selectedBy(action);
                        return (
                          <li key={at}>
                            {at + 1}. {actionWords(action)}{" "}
                            {selected && (
                              <Link href={`${PLACES[selected.kind]}${selected.id}`}>
                                <code>{selected.id}</code>
                              </Link>
                            )}
                          </li>
                        );
                      })}
                    </ol>
                  </div>
                ),
              },
              { name: "Test", body: () => <Rehearsal trigger={of.trigger} /> },
              { name: "History", body: () => <History id={of.id} /> },
              { name: "JSON", body: () => <Json value={of} name={of.name} /> },
            ]}
          />
        </section>
        <aside class="panel" style="padding: var(--gap-4)" aria-label="Details">
          <Facts
            of={[
              ["Created", <Time key="c" at={of.created} />],
              ["Updated", <Time key="u" at={of.updated} />],
              ["Id", <code key="i">{of.id}</code>],
            ]}
          />
        </aside>
      </div>
    </div>
  );
}

/** When it fired, what it did, and how that went. */
function History({ id }: { id: string }) {
  const found = usePost<EventPage>("/events/filter", {
    filter: { any_resource: { id: [`prefect.automation.${id}`] }, event: { prefix: ["prefect.automation."] }, order: "DESC" },
    limit: 50,
  });
  return (
    <Answer of={found}>
      {({ events }) =>
        events.length === 0 ? (
          <Empty title="Nothing yet">It has not fired, and nobody has changed it.</Empty>
        ) : (
          <div class="scroll-x">
            <table class="table">
              <tbody>
                {events.map((event) => (
                  <tr key={event.id}>
                    <td>
                      <Time at={event.occurred} />
                    </td>
                    <td>
                      <Link class="name-of" href={eventPath(event)}>
                        {eventWords(event.event)}
                      </Link>
                    </td>
                    <td class="muted">
                      {String(event.payload["action_type"] ?? "")} {String(event.payload["reason"] ?? event.payload["status_code"] ?? "")}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Answer>
  );
}
