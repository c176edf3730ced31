/** Pure pieces of the log: levels, tracebacks, where a search was found, how a moment is told. */

export interface Line {
  id: string;
  at: string;
  level: number;
  name: string;
  message: string;
  task: { id: string; name: string } | null;
  /** Whether it is what was searched for, and not a line around it. */
  hit: boolean;
  /** Whether lines are left out before it. */
  gap: boolean;
}

export function levelOf(level: number): string {
  if (level >= 50) return "CRIT";
  if (level >= 40) return "ERROR";
  if (level >= 30) return "WARN";
  if (level >= 20) return "INFO";
  return "DEBUG";
}

/** What terminals are told, but for colours: links, titles, movements of the cursor. */
const SEQUENCES = /\x1b(?:\[[0-?]*[ -/]*[@-ln-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_=>])/g;
const UNSEEN = /[\0-\x08\x0b-\x1a\x1c-\x1f\x7f]|\x1b(?!\[[\d;:]*m)|[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A message with what cannot be seen made to be seen; colours stay. */
export function clean(message: string): string {
  return message.replace(/\r\n/g, "\n").replace(SEQUENCES, "").replace(UNSEEN, seen);
}

function seen(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x7f) return "\u2421";
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return `<${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

const START = "Traceback (most recent call last):";
const LIBRARY = /File ".*(?:site-packages|dist-packages|lib\/python[\d.]*|<frozen )/;

export interface Frame {
  text: string;
  /** Whether it is in a library, not in the reader's own code. */
  isLibrary: boolean;
}

export interface Folded {
  before: string;
  frames: Frame[];
  /** What was raised. */
  after: string;
}

/** A message with a traceback in parts; null where there is none. */
export function folded(message: string): Folded | null {
  const at = message.indexOf(START);
  if (at < 0) return null;
  const frames: Frame[] = [];
  const lines = message.slice(at).split("\n");
  let end = lines.length;
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line.startsWith("  File ")) frames.push({ text: line, isLibrary: LIBRARY.test(line) });
    else if (/^\s{4}/.test(line) || line === "") {
      const last = frames[frames.length - 1];
      if (last) last.text += `\n${line}`;
    } else {
      end = index;
      break;
    }
  }
  return { before: message.slice(0, at).trimEnd(), frames, after: lines.slice(end).join("\n") };
}

/** A text in pieces, every second of which is what was searched for. */
export function marked(text: string, search: RegExp | null): string[] {
  if (!search) return [text];
  const pieces: string[] = [];
  let at = 0;
  for (const found of text.matchAll(search)) {
    if (found[0] === "") continue;
    pieces.push(text.slice(at, found.index), found[0]);
    at = found.index + found[0].length;
  }
  pieces.push(text.slice(at));
  return pieces;
}

const LONGEST_JSON = 100_000;

/** A message that is JSON in lines that can be read; null where it is something else. */
export function pretty(message: string): string | null {
  const text = message.trim();
  if (!/^[[{]/.test(text) || text.length > LONGEST_JSON) return null;
  try {
    const told = JSON.stringify(JSON.parse(text), null, 2);
    return told.includes("\n") ? told : null;
  } catch {
    return null;
  }
}

/** How high a message is when it is broken after so many characters. */
export function heightOf(message: string, perRow: number): number {
  let rows = 0;
  for (const line of message.split("\n")) rows += Math.max(1, Math.ceil(line.length / Math.max(10, perRow)));
  return rows;
}
