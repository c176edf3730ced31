/** Takes lines of log along as a file: those that are asked for, or all of the run. */

import { Download, X } from "lucide-preact";
import { useRef, useState } from "preact/hooks";

import { number } from "../parts/counted";
import { Menu } from "../parts/Menu";
import { say } from "../shell/Toasts";
import type { Wanted } from "./asked";
import type { Format } from "./formats";
import { save } from "./save";

interface Props {
  wanted: Wanted;
  all: Wanted;
  name: string;
  isFiltered: boolean;
}

const FORMATS: readonly (readonly [Format, string])[] = [
  ["txt", "text"],
  ["csv", "CSV"],
  ["jsonl", "JSON lines"],
];

export function Save({ wanted, all, name, isFiltered }: Props) {
  const [read, setRead] = useState<number | null>(null);
  const going = useRef<AbortController | null>(null);
  const start = async (lines: Wanted, format: Format): Promise<void> => {
    const own = (going.current = new AbortController());
    setRead(0);
    try {
      say(`${number(await save(lines, format, name, setRead, own.signal))} lines are in the file.`);
    } catch (error) {
      if (!own.signal.aborted) say(error instanceof Error ? error.message : String(error), { isBad: true });
    }
    setRead(null);
  };
  if (read !== null) {
    return (
      <button class="button small" type="button" onClick={() => going.current?.abort()}>
        <X size={14} aria-hidden /> {number(read)} lines read
      </button>
    );
  }
  return (
    <Menu
      label="Download"
      look="button icon small"
      icon={<Download size={14} aria-hidden />}
      items={[
        ...(isFiltered
          ? FORMATS.map(([format, title]) => ({ name: `What is shown, as ${title}`, do: () => void start(wanted, format) }))
          : []),
        ...FORMATS.map(([format, title]) => ({ name: `All lines, as ${title}`, do: () => void start(all, format) })),
      ]}
    />
  );
}
