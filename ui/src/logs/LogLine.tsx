/** One line of log: when, how weighty, which task, and the message with colours and folded tracebacks. */

import type { AnsiUp } from "ansi_up";
import { ListFilter } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { absolute } from "../parts/time";
import { clean, folded, levelOf, marked, pretty, type Line } from "./lines";

interface Props {
  line: Line;
  moment: string;
  search: RegExp | null;
  isChosen: boolean;
  choose: (id: string) => void;
  showsTask: boolean;
  /** Show the lines of one task alone. */
  only: (id: string) => void;
}

let Colours: typeof AnsiUp | null = null;

function html(text: string): string | null {
  if (Colours === null) return null;
  const made = new Colours(); // it goes on with the colour of what it was given last
  made.use_classes = true;
  return made.ansi_to_html(text); // escapes what is not its own
}

function Coloured({ text }: { text: string }) {
  const [, draw] = useState(0);
  useEffect(() => {
    if (Colours !== null) return;
    void import("ansi_up").then((module) => {
      Colours = module.AnsiUp;
      draw(1);
    });
  }, []);
  const shown = useMemo(() => html(text), [text, Colours]);
  if (shown !== null) return <span dangerouslySetInnerHTML={{ __html: shown }} />;
  return <>{text.replace(/\x1b\[[\d;:]*m/g, "")}</>;
}

function Text({ text, search }: { text: string; search: RegExp | null }) {
  if (!search && text.includes("\x1b[")) return <Coloured text={text} />;
  const plain = text.replace(/\x1b\[[\d;:]*m/g, "");
  return <>{marked(plain, search).map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}</>;
}

function Message({ line, search }: { line: Line; search: RegExp | null }) {
  const message = useMemo(() => clean(line.message), [line.message]);
  const trace = folded(message);
  if (trace === null) {
    const json = pretty(message);
    if (json === null) return <Text text={message} search={search} />;
    return (
      <details>
        <summary class="log-json">
          <Text text={message} search={search} />
        </summary>
        <Text text={json} search={search} />
      </details>
    );
  }
  return (
    <>
      {trace.before && (
        <>
          <Text text={trace.before} search={search} />
          {"\n"}
        </>
      )}
      <details>
        <summary>{trace.frames.length} frames</summary>
        {trace.frames.map((frame, index) => (
          <span key={index} class={frame.isLibrary ? "frame dim" : "frame"}>
            {frame.text}
          </span>
        ))}
      </details>
      <b>
        <Text text={trace.after} search={search} />
      </b>
    </>
  );
}

export function LogLine({ line, moment, search, isChosen, choose, showsTask, only }: Props) {
  const level = levelOf(line.level);
  return (
    <div id={`log-${line.id}`} class={`log-line ${level.toLowerCase()} ${isChosen ? "chosen" : ""} ${line.hit ? "" : "beside"}`} aria-current={isChosen || undefined}>
      <button
        type="button"
        class="log-at"
        title={`${absolute(new Date(line.at))} · ${line.name}: link to this line`}
        onClick={() => choose(line.id)}
      >
        {moment}
      </button>
      <span class="log-level">{level}</span>
      {showsTask && (
        <span class="log-task">
          {line.task && (
            <>
              <Link class="cut" href={`/runs/task-run/${line.task.id}`}>
                {line.task.name}
              </Link>
              <button type="button" class="log-only" aria-label={`Only lines of ${line.task.name}`} onClick={() => line.task && only(line.task.id)}>
                <ListFilter size={12} aria-hidden />
              </button>
            </>
          )}
        </span>
      )}
      <span class="log-message">
        <Message line={line} search={search} />
      </span>
    </div>
  );
}
