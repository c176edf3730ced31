/** Lines of log as they stand in files. */

import { levelOf, type Line } from "./lines";

export type Format = "txt" | "csv" | "jsonl";

/** What a file begins with. */
export const HEAD: Readonly<Record<Format, string>> = { txt: "", csv: "timestamp,level,logger,task_run,message\r\n", jsonl: "" };

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line of the file, with its end. */
export function written(line: Line, format: Format): string {
  const values = [line.at, levelOf(line.level), line.name, line.task?.name ?? "", line.message];
  if (format === "csv") return `${values.map(quoted).join(",")}\r\n`;
  if (format === "txt") return `${line.at} ${levelOf(line.level).padEnd(5)} ${line.name}: ${line.message}\n`;
  const { at: timestamp, level, name: logger, task, message } = line;
  return `${JSON.stringify({ timestamp, level, logger, task_run: task, message })}\n`;
}
