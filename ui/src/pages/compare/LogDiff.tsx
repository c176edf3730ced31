/** What two runs logged differently: lines that only one of them has, with a few of those around. */

import { useMemo, useEffect, useState } from "preact/hooks";

import { useQuery } from "../../api/queries";
import { api } from "../../api/client";
import type { FlowRunView } from "../../api/types";
import { levelOf, type Line } from "../../logs/lines";
import { Answer } from "../../parts/Answer";
import { number } from "../../parts/counted";
import { Loading } from "../../parts/Loading";
import { SelectField } from "../../parts/Field";
import { useParams } from "../../parts/useParams";
import { parts, plain, shortened, type Change, type Part } from "./logs";

const MOST = 5_000;
const AT_ONCE = 1_000;
const PATIENCE = 3_000;
const AROUND = 3;
const COLOURS = /\x1b\[[\d;]*m/g;
const LEVELS = [
  ["0", "All levels"],
  ["20", "Info and up"],
  ["30", "Warnings and up"],
  ["40", "Errors and up"],
] as const;

interface Log {
  lines: Line[];
  isCut: boolean;
}

async function read(id: string, level: number, signal: AbortSignal): Promise<Log> {
  const lines: Line[] = [];
  let after: string | null = '[0,""]';
  while (after !== null && lines.length < MOST) {
    const page: { rows: Line[]; last: string; has_more: boolean } = await api("POST", "/ui/logs", {
      body: { flow_run_id: id, level_from: level, limit: AT_ONCE, after },
      signal,
    });
    lines.push(...page.rows);
    after = page.has_more ? page.last : null;
  }
  return { lines, isCut: after !== null };
}

export function LogDiff({ views }: { views: readonly FlowRunView[] }) {
  const parameters = useParams();
  const pick = (name: string, index: number): FlowRunView | undefined =>
    views.find(({ run }) => run.id === parameters.get(name)) ?? views[index];
  const [one, other] = [pick("first", 0), pick("second", 1)];
  const level = Number(parameters.get("log-level")) || 0;
  const numbersCount = parameters.get("log-numbers") === "true";
  const ids = [one?.run.id ?? "", other?.run.id ?? ""];
  const asked = useQuery<Log[]>({
    key: ["compare-logs", ...ids, level],
    read: (signal) => Promise.all(ids.map((id) => read(id, level, signal))),
  });
  const options = views.map(({ run }) => [run.id, run.name] as const);
  return (
    <section class="panel" aria-label="What was logged differently">
      <div class="inside row wrap" style="align-items: end">
        <SelectField label="First" value={ids[0] ?? ""} options={options} change={(id) => parameters.set({ first: id })} />
        <SelectField label="Second" value={ids[1] ?? ""} options={options} change={(id) => parameters.set({ second: id })} />
        <SelectField label="Levels" value={String(level)} options={LEVELS} change={(next) => parameters.set({ "log-level": next })} />
        <label class="check" style="padding-bottom: var(--gap-2)">
          <input
            type="checkbox"
            checked={numbersCount}
            onChange={(event) => parameters.set({ "log-numbers": event.currentTarget.checked ? "true" : null })}
          />
          Numbers count
        </label>
      </div>
      <Answer of={asked}>
        {([first, second]) =>
          first && second ? (
            <Differences {...{ first, second, numbersCount }} names={[one?.run.name ?? "", other?.run.name ?? ""]} />
          ) : null
        }
      </Answer>
    </section>
  );
}

interface Props {
  first: Log;
  second: Log;
  numbersCount: boolean;
  names: readonly [string, string];
}

function Differences({ first, second, numbersCount, names }: Props) {
  const [changes, set] = useState<Change[] | "slow" | null>(null);
  useEffect(() => {
    let isShown = true;
    set(null);
    void import("diff").then(({ diffArrays }) => {
      const text = (log: Log, name: string): string[] => log.lines.map((line) => plain(line, [name], numbersCount));
      const found = diffArrays(text(first, names[0]), text(second, names[1]), { timeout: PATIENCE });
      if (isShown) set(found ?? "slow");
    });
    return () => void (isShown = false);
  }, [first, second, numbersCount, ...names]);
  const all = useMemo(() => (Array.isArray(changes) ? parts(first.lines, second.lines, changes) : []), [changes]);
  if (changes === null) return <Loading />;
  if (changes === "slow") {
    return <p class="empty">These logs have too little in common to be compared. Leave out lower levels above.</p>;
  }
  const isSame = all.every(({ kind }) => kind === "both");
  return (
    <>
      <p class="inside muted" role="status" style="padding-block: 0 var(--gap-2)">
        {isSame
          ? `Both logged the same ${number(second.lines.length)} lines, but for times and ids.`
          : `− only ${names[0]}: ${number(count(all, "first"))} lines, + only ${names[1]}: ${number(count(all, "second"))} lines.`}
        {(first.isCut || second.isCut) && ` Only the first ${number(MOST)} lines of each are compared.`}
      </p>
      {!isSame && (
        <div class="log-diff scroll-x" tabIndex={0} role="region" aria-label="Differences">
          {shortened(all, AROUND).map((part, at) =>
            part.kind === "cut" ? (
              <p key={at} class="log-diff-cut">
                {number(part.count)} lines that both have
              </p>
            ) : (
              <pre key={at} class={`log-diff-${part.kind}`}>
                {part.lines.map((line) => `${MARKS[part.kind]} ${levelOf(line.level).padEnd(5)} ${line.message.replace(COLOURS, "")}\n`).join("")}
              </pre>
            ),
          )}
        </div>
      )}
    </>
  );
}

const MARKS: Readonly<Record<Part["kind"], string>> = { both: " ", first: "−", second: "+" };

function count(all: readonly Part[], kind: Part["kind"]): number {
  return all.reduce((sum, part) => sum + (part.kind === kind ? part.lines.length : 0), 0);
}
