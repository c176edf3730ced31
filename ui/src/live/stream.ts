/**
 * The one stream of this tab (server-sent events): what happens on the server, as it happens.
 *
 * A page says what it is interested in with `useLive`; the tab tells the server the union of all topics.
 * Hidden tabs let go of the stream. Where it cannot be had, `status` says so and pages read again by themselves.
 */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { api, authorization, toLogin } from "../api/client";
import { FRESH_FOR, queries } from "../api/queries";
import { boot } from "../boot";

export type Status = "live" | "connecting" | "unreachable";

export interface Patch {
  /** What changed: `flow-run`, `tasks` and `log` (of a flow run), or a kind such as `deployment`. */
  topic: string;
  /** The id of the thing it happened to. */
  subject: string;
  /** What is new. */
  body: Record<string, unknown>;
}

export const status = signal<Status>("connecting");
/** When the last message or sign of life arrived, in milliseconds since 1970. */
export const heard = signal<number>(Date.now());

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const HIDDEN_FOR = 20_000;
const TELL_AGAIN = 1_000;

type Take = (patches: readonly Patch[]) => void;

interface Interest {
  topics: readonly string[];
  take: { current: Take };
  /** When what is shown may have been read at the earliest, on the clock of `performance.now()`. */
  since: number;
}

const interests = new Set<Interest>();
let connection: AbortController | null = null;
let id: string | null = null;
let wasAway = false;
/** From when on pages were read anew, after the stream was away. */
let renewed = 0;
let pause = FIRST_PAUSE;
let told: ReadonlySet<string> = new Set();
let isTelling = false;
let hiding: ReturnType<typeof setTimeout> | undefined;

/**
 * While the component is shown, hand it what happens on `topics` (`topic` or `topic:subject`).
 *
 * No patches at all mean that anything may have happened: what is shown is to be read anew.
 */
export function useLive(topics: readonly string[], take: Take): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const interest = { topics, take: latest, since: Math.max(0, performance.now() - FRESH_FOR) };
    interests.add(interest);
    void tell();
    if (connection === null) void listen();
    return () => {
      interests.delete(interest);
      void tell();
    };
    // eslint-disable-next-line -- the topics' text is what they are
  }, [topics.join("|")]);
}

/** Try again at once, as when somebody asks for it. */
export function retry(): void {
  pause = FIRST_PAUSE;
  connection?.abort();
  if (connection === null) void listen();
}

/** Tell the server what this tab wants to hear of, and since when; one request at a time, until it is known. */
async function tell(): Promise<void> {
  await Promise.resolve(); // pages that change mount and unmount in one go
  if (isTelling) return;
  isTelling = true;
  for (;;) {
    const own = id;
    const topics = [...new Set([...interests].flatMap((each) => each.topics))].sort();
    if (own === null || (topics.length === told.size && topics.every((topic) => told.has(topic)))) break;
    const news = [...interests].filter((each) => each.topics.some((topic) => !told.has(topic)));
    const since = Math.max(renewed, Math.min(...news.map((each) => each.since)));
    const ago = news.length > 0 ? (performance.now() - since) / 1000 : 0;
    try {
      await api("POST", `/ui/stream/${own}/topics`, { body: { topics, ago } });
      if (id === own) told = new Set(topics);
    } catch {
      // if the stream has ended the next one tells; if not, the server is asked again
      if (id === own) await new Promise((later) => setTimeout(later, TELL_AGAIN));
    }
  }
  isTelling = false;
}

async function listen(): Promise<void> {
  const own = new AbortController();
  connection = own;
  status.value = "connecting";
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    const auth = authorization();
    if (auth !== null) headers["Authorization"] = auth;
    const response = await fetch(`${boot.api}/ui/stream`, { headers, signal: own.signal });
    if (response.status === 401) {
      connection = null;
      toLogin(); // signing in loads the page anew
      return;
    }
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    pause = FIRST_PAUSE;
    await read(response.body);
  } catch {
    // the pause below comes before the next try, and `status` shows it
  }
  id = null;
  told = new Set();
  if (connection !== own) return;
  connection = null;
  if (document.hidden) return;
  status.value = "unreachable";
  const wait = pause * (0.75 + Math.random() / 2);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  setTimeout(() => {
    if (connection === null && !document.hidden) void listen();
  }, wait);
}

async function read(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>;
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    heard.value = Date.now();
    const parts = (rest + value).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) handle(part);
  }
}

function handle(part: string): void {
  let name = "message";
  let data = "";
  for (const line of part.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  if (name === "hello") {
    id = (JSON.parse(data) as { id: string }).id;
    status.value = "live";
    if (wasAway) renew(); // what happened meanwhile is not told again
    wasAway = true;
    void tell();
  } else if (name === "missed") {
    renew();
  } else if (name === "patches") {
    hand(JSON.parse(data) as Patch[]);
  }
}

/** Have all that is shown read anew. */
function renew(): void {
  renewed = performance.now();
  for (const { take } of interests) take.current([]);
  void queries.invalidateQueries({ predicate: ({ state }) => state.fetchStatus === "idle" });
}

function hand(patches: readonly Patch[]): void {
  for (const { topics, take } of interests) {
    const wanted = patches.filter(
      ({ topic, subject }) => topics.includes(topic) || topics.includes(`${topic}:${subject}`),
    );
    if (wanted.length > 0) take.current(wanted);
  }
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(() => connection?.abort(), HIDDEN_FOR);
  else if (connection === null && interests.size > 0) retry();
});
