/** What happened: filters, counts over time, and each event as it comes in. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { api } from "../../api/client";
import { usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { Json } from "../../parts/Json";
import { Switch } from "../../parts/Switch";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { Counts } from "./Counts";
import { Resource } from "./Resource";
import { follow } from "./tail";
import { eventPath, eventWords, type Event, type EventPage } from "./types";
import "./events.css";

const HOURS: readonly (readonly [string, string, number])[] = [
  ["1h", "Last hour", 1],
  ["24h", "Last day", 24],
  ["7d", "Last 7 days", 168],
  ["30d", "Last 30 days", 720],
];
const MOST_NEW = 200;

export default function Events() {
  useTitle("Event feed");
  const parameters = useParams();
  const range = parameters.get("range") || "24h";
  const isLive = parameters.get("live") !== "off" && !parameters.get("start");
  const [now] = useState(() => Date.now());
  const hours = HOURS.find(([name]) => name === range)?.[2] ?? 24;
  const since = parameters.get("start") || new Date(now - hours * 3_600_000).toISOString();
  const until = parameters.get("end") || new Date(now + 60_000).toISOString();
  const prefixes = parameters.list("events");
  const resource = parameters.get("resource");
  const text = parameters.get("text");
  const filter = useMemo(
    () => ({
      occurred: { since, until },
      ...(prefixes.length > 0 ? { event: { prefix: prefixes } } : {}),
      ...(resource ? { any_resource: { id_prefix: [resource] } } : {}),
      ...(text ? { text: { query: text } } : {}),
      order: "DESC",
    }),
    [since, until, prefixes.join(), resource, text],
  );
  const found = usePost<EventPage>("/events/filter", { filter, limit: 50 }, { keep: true });
  // wanted by nobody before there is something to choose from
  const names = usePost<{ value: string; count: number }[]>(found.data ? "/events/count-by/event" : null, { filter: { occurred: { since, until } } });
  return (
    <div class="page">
      <header>
        <h1>Event feed</h1>
        <span class="muted">{found.data?.total}</span>
        <span class="row" style="margin-left: auto">
          Live <Switch label="Show events as they happen" isOn={isLive} change={(isOn) => parameters.set({ live: isOn ? null : "off", start: null, end: null })} />
        </span>
      </header>
      <div class="toolbar" role="search">
        <input class="input" type="search" aria-label="Text in events" placeholder="Text anywhere in an event" value={text} onChange={(event) => parameters.set({ text: event.currentTarget.value })} />
        <input class="input" aria-label="Resource" placeholder="prefect.flow-run.…" value={resource} onChange={(event) => parameters.set({ resource: event.currentTarget.value })} />
        <select class="input" aria-label="Kind of event" value={prefixes[0] ?? ""} onChange={(event) => parameters.set({ events: event.currentTarget.value })}>
          <option value="">All events</option>
          {tree((names.data ?? []).map(({ value }) => value), prefixes).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <select class="input" aria-label="Time" value={parameters.get("start") ? "" : range} onChange={(event) => parameters.set({ range: event.currentTarget.value, start: null, end: null })}>
          {parameters.get("start") && <option value="">As chosen in the chart</option>}
          {HOURS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Counts filter={filter} since={since} until={until} choose={(start, end) => parameters.set({ start, end }, true)} />
      <Answer of={found}>{(page) => <Feed key={JSON.stringify(filter)} first={page} filter={filter} isLive={isLive} />}</Answer>
    </div>
  );
}

/** Names of events with the beginnings that several share, those first. */
export function tree(names: readonly string[], chosen: readonly string[]): [string, string][] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const beginning = name.split(".").slice(0, -1).join(".");
    if (beginning) counts.set(`${beginning}.`, (counts.get(`${beginning}.`) ?? 0) + 1);
  }
  const shared = [...counts].filter(([, count]) => count > 1).map(([beginning]) => beginning);
  return [...new Set([...shared, ...names, ...chosen])].sort().map((each) => [each, each.endsWith(".") ? `${each}*` : each]);
}

function Feed({ first, filter, isLive }: { first: EventPage; filter: unknown; isLive: boolean }) {
  const [fresh, setFresh] = useState<readonly Event[]>([]);
  const [more, setMore] = useState<readonly Event[]>([]);
  const [next, setNext] = useState(first.next_page);
  const [isBusy, setBusy] = useState(false);
  const waiting = useRef<Event[]>([]);
  const [count, setCount] = useState(0);
  const release = (): void => {
    const arrived = waiting.current.splice(0);
    setCount(0);
    if (arrived.length > 0) setFresh((before) => [...arrived.reverse(), ...before].slice(0, MOST_NEW));
  };
  useEffect(() => {
    if (!isLive) return;
    const { occurred: _, ...rest } = filter as { occurred: unknown };
    const stop = follow(rest, (event) => waiting.current.push(event));
    const timer = setInterval(() => (scrollY < 60 ? release() : setCount(waiting.current.length)), 400);
    return () => (stop(), clearInterval(timer));
  }, [isLive]);
  const read = async (): Promise<void> => {
    const token = new URL(next ?? "", location.href).searchParams.get("page-token");
    setBusy(true);
    const page = await api<EventPage>("GET", `/events/filter/next?page-token=${encodeURIComponent(token ?? "")}`);
    setMore((before) => [...before, ...page.events]);
    setNext(page.next_page);
    setBusy(false);
  };
  const known = new Set<string>();
  const shown = [...fresh, ...first.events, ...more].filter(({ id }) => !known.has(id) && known.add(id));
  if (shown.length === 0)
    return (
      <section class="panel">
        <Empty title="Nothing happened" snippet={'from prefect.events import emit_event\n\nemit_event("order.shipped", resource={"prefect.resource.id": "order.1"})'}>
          No event fits these filters. Runs, deployments and workers make events; programs can, too:
        </Empty>
      </section>
    );
  return (
    <>
      {count > 0 && (
        <button class="button primary new-events" type="button" onClick={() => (release(), scrollTo({ top: 0 }))}>
          {count} new
        </button>
      )}
      <ol class="panel events" aria-label="Events">
        {shown.map((event) => (
          <Card key={event.id} of={event} />
        ))}
      </ol>
      {next && (
        <button class="button" type="button" disabled={isBusy} onClick={() => void read()}>
          Earlier events
        </button>
      )}
    </>
  );
}

function Card({ of }: { of: Event }) {
  const [isRaw, showRaw] = useState(false);
  return (
    <li>
      <div class="row wrap">
        <Link class="name-of" href={eventPath(of)}>
          {eventWords(of.event)}
        </Link>
        <code class="muted">{of.event}</code>
        <span style="margin-left: auto" class="row">
          <Time at={of.occurred} />
          <button class="button quiet small" type="button" aria-expanded={isRaw} onClick={() => showRaw(!isRaw)}>
            Raw
          </button>
        </span>
      </div>
      <div class="row wrap">
        <Resource of={of.resource} />
        {of.related.slice(0, 6).map((each, at) => (
          <span key={at} class="muted">
            {each["prefect.resource.role"]}: <Resource of={each} />
          </span>
        ))}
      </div>
      {isRaw && <Json value={of} name={of.id} />}
    </li>
  );
}
