/** Artifacts as the API tells them. */

export interface Artifact {
  id: string;
  created: string;
  updated: string;
  key: string | null;
  type: string | null;
  description: string | null;
  data: unknown;
  metadata_: Record<string, string> | null;
  flow_run_id: string | null;
  task_run_id: string | null;
}

export interface Latest extends Artifact {
  key: string;
  latest_id: string;
}

export type Row = Record<string, unknown>;

/** The rows of a table, however they were written: a list of rows, or columns of values. */
export function rowsOf(data: unknown): Row[] {
  let value = data;
  if (typeof value === "string") {
    try {
      value = JSON.parse(value);
    } catch {
      return [];
    }
  }
  if (Array.isArray(value))
    return value.map((row) =>
      typeof row === "object" && row !== null && !Array.isArray(row)
        ? (row as Row)
        : Object.fromEntries((Array.isArray(row) ? row : [row]).map((cell, index) => [String(index + 1), cell])),
    );
  if (typeof value !== "object" || value === null) return [];
  const columns = Object.entries(value as Record<string, unknown>);
  const length = Math.max(0, ...columns.map(([, cells]) => (Array.isArray(cells) ? cells.length : 1)));
  return Array.from({ length }, (_, index) =>
    Object.fromEntries(columns.map(([name, cells]) => [name, Array.isArray(cells) ? cells[index] : cells])),
  );
}

/** All columns in the order in which they first appear. */
export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function csvOf(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  // a cell that spreadsheets would take for a formula is kept as text
  const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);
  const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (cells: string[]): string => cells.map((cell) => quoted(safe(cell))).join(",");
  return [line(columns), ...rows.map((row) => line(columns.map((name) => cellText(row[name]))))].join("\r\n");
}

/** Text to compare two versions by. */
export function textOf(artifact: Artifact): string {
  if (artifact.type === "table") {
    const rows = rowsOf(artifact.data);
    return rows.map((row) => JSON.stringify(row)).join("\n");
  }
  return typeof artifact.data === "string" ? artifact.data : (JSON.stringify(artifact.data, null, 2) ?? "");
}

/** What all rows of a table have in a numeric column, added up. */
export function sumOf(artifact: Artifact, column: string): number | null {
  const numbers = rowsOf(artifact.data).map((row) => row[column]);
  if (numbers.length === 0 || numbers.some((each) => typeof each !== "number")) return null;
  return (numbers as number[]).reduce((sum, each) => sum + each, 0);
}
