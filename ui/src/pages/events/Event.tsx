/** One event in full. */

import { Link } from "wouter-preact";

import type { PageProps } from "../../app";
import { usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { copyText } from "../../parts/Copy";
import { Facts } from "../../parts/Facts";
import { Json } from "../../parts/Json";
import { Menu } from "../../parts/Menu";
import { Tabs } from "../../parts/Tabs";
import { absolute } from "../../parts/time";
import { useTitle } from "../../parts/title";
import { NotFound } from "../NotFound";
import { Resource } from "./Resource";
import { eventWords, type Event, type EventPage } from "./types";

const DAY = 86_400_000;

export default function EventPage_({ params }: PageProps) {
  const date = decodeURIComponent(params["date"] ?? "");
  const at = Date.parse(date);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(date);
  const occurred = {
    since: new Date((Number.isNaN(at) ? 0 : at) - (isDay ? 0 : 60_000)).toISOString(),
    until: new Date((Number.isNaN(at) ? Date.now() : at) + (isDay ? DAY : 60_000)).toISOString(),
  };
  const found = usePost<EventPage>("/events/filter", { filter: { id: { id: [params["id"]] }, occurred }, limit: 1 });
  if (found.data?.events.length === 0 || (found.error && !found.data)) return <NotFound what="event" id={params["id"] ?? ""} />;
  return <Answer of={found}>{({ events }) => (events[0] ? <Shown of={events[0]} /> : null)}</Answer>;
}

function Shown({ of }: { of: Event }) {
  useTitle(eventWords(of.event));
  const id = of.resource["prefect.resource.id"];
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/events">Events</Link> / <h1>{eventWords(of.event)}</h1>
        </span>
        <div class="actions">
          <Link class="button" href={`/events?resource=${encodeURIComponent(id)}&range=30d`}>
            Same resource
          </Link>
          <Menu
            label="More for this event"
            look="button icon"
            items={[
              { name: "Automate", href: `/automations/create?event=${encodeURIComponent(of.event)}&resource=${encodeURIComponent(id)}` },
              { name: "Copy id", do: () => void copyText(of.id) },
            ]}
          />
        </div>
      </header>
      <section class="panel" style="padding: var(--gap-3) var(--gap-4) var(--gap-4)">
        <Tabs
          label="This event"
          tabs={[
            {
              name: "Details",
              body: () => (
                <div class="stack">
                  <Facts
                    of={[
                      ["Event", <code key="e">{of.event}</code>],
                      ["Occurred", absolute(new Date(of.occurred))],
                      ["Resource", <Resource key="r" of={of.resource} />],
                      ["Follows", of.follows && <Link href={`/events/event/${of.occurred.slice(0, 10)}/${of.follows}`}>{of.follows}</Link>],
                      ["Id", <code key="i">{of.id}</code>],
                    ]}
                  />
                  <h3>Related</h3>
                  <ul class="stack" style="gap: var(--gap-1)">
                    {of.related.map((each, at) => (
                      <li key={at}>
                        <span class="muted">{each["prefect.resource.role"]}</span> <Resource of={each} />
                      </li>
                    ))}
                    {of.related.length === 0 && <li class="muted">Nothing</li>}
                  </ul>
                  <h3>Payload</h3>
                  <Json value={of.payload} name="payload" />
                </div>
              ),
            },
            { name: "Raw", body: () => <Json value={of} name={of.id} /> },
          ]}
        />
      </section>
    </div>
  );
}
