/** One line of log: when, how weighty, which task, and the message with colours and folded tracebacks. */

import type { AnsiUp } from "ansi_up";
import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { absolute } from "../parts/time";
import { folded, levelOf, marked, type Line } from "./lines";

interface Props {
  line: Line;
  moment: string;
  search: string;
  isChosen: boolean;
  choose: (id: string) => void;
  showsTask: boolean;
}

let colours: AnsiUp | null = null;

function Coloured({ text }: { text: string }) {
  const [html, set] = useState<string | null>(null);
  useEffect(() => {
    const show = (): void => {
      if (colours) set(colours.ansi_to_html(text));
    };
    if (colours) return show();
    void import("ansi_up").then(({ AnsiUp: Made }) => {
      colours ??= new Made();
      colours.use_classes = true;
      show();
    });
  }, [text]);
  // the library escapes what is not its own
  if (html !== null) return <span dangerouslySetInnerHTML={{ __html: html }} />;
  return <>{text.replace(/\x1b\[[\d;]*m/g, "")}</>;
}

function Text({ text, search }: { text: string; search: string }) {
  if (!search && text.includes("\x1b[")) return <Coloured text={text} />;
  const plain = text.replace(/\x1b\[[\d;]*m/g, "");
  return <>{marked(plain, search).map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}</>;
}

function Message({ line, search }: { line: Line; search: string }) {
  const trace = folded(line.message);
  if (trace === null) return <Text text={line.message} search={search} />;
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

export function LogLine({ line, moment, search, isChosen, choose, showsTask }: Props) {
  const level = levelOf(line.level);
  return (
    <div id={`log-${line.id}`} class={`log-line ${level.toLowerCase()} ${isChosen ? "chosen" : ""}`} aria-current={isChosen || undefined}>
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
        <span class="log-task cut">
          {line.task ? <Link href={`/runs/task-run/${line.task.id}`}>{line.task.name}</Link> : ""}
        </span>
      )}
      <span class="log-message">
        <Message line={line} search={search} />
      </span>
    </div>
  );
}
