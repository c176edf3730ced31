/**
 * The one stream of this tab (server-sent events): what happens on the server, as it happens.
 *
 * A page says what it is interested in with `useLive`; the tab tells the server the union of all topics.
 * Hidden tabs let go of the stream. Where it cannot be had, `status` says so and pages read again by themselves.
 */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { api, authorization, toLogin } from "../api/client";
import { queries } from "../api/queries";
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

interface Interest {
  topics: readonly string[];
  take: (patches: readonly Patch[]) => void;
}

const interests = new Set<Interest>();
let connection: AbortController | null = null;
let id: string | null = null;
let wasAway = false;
let pause = FIRST_PAUSE;
let told = "";
let hiding: ReturnType<typeof setTimeout> | undefined;

/** While the component is shown, hand it what happens on `topics` (`topic` or `topic:subject`). */
export function useLive(topics: readonly string[], take: (patches: readonly Patch[]) => void): void {
  useEffect(() => {
    const interest = { topics, take };
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

async function tell(): Promise<void> {
  await Promise.resolve(); // pages that change mount and unmount in one go
  const topics = [...new Set([...interests].flatMap((each) => each.topics))].sort();
  const text = topics.join("|");
  if (id === null || text === told) return;
  told = text;
  try {
    await api("POST", `/ui/stream/${id}/topics`, { body: { topics } });
  } catch {
    told = ""; // the stream has ended; the next one tells again
  }
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
  told = "";
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
    if (wasAway) void queries.invalidateQueries(); // what happened meanwhile is not told again
    wasAway = true;
    void tell();
  } else if (name === "patches") {
    hand(JSON.parse(data) as Patch[]);
  }
}

function hand(patches: readonly Patch[]): void {
  for (const { topics, take } of interests) {
    const wanted = patches.filter(
      ({ topic, subject }) => topics.includes(topic) || topics.includes(`${topic}:${subject}`),
    );
    if (wanted.length > 0) take(wanted);
  }
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(() => connection?.abort(), HIDDEN_FOR);
  else if (connection === null && interests.size > 0) retry();
});
