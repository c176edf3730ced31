/** Which columns a list has: those that its reader wants, kept in this browser. */

import { Columns3 } from "lucide-preact";

import { choose, preferences } from "../preferences";
import { Popup } from "./Popup";
import type { Column } from "./Rows";

export type Choices = Readonly<Record<string, boolean>>;

/** The columns that are shown: chosen ones always, others where the list is wide enough for them. */
export function shownOf<T>(columns: readonly Column<T>[], choices: Choices, width: number): Column<T>[] {
  return columns.filter(({ name, from = 0 }) => (from > 0 && name in choices ? choices[name] : width >= from));
}

interface Props<T> {
  list: string;
  columns: readonly Column<T>[];
  width: number;
}

export function ColumnChoice<T>({ list, columns, width }: Props<T>) {
  const all = preferences.value.columns;
  const choices = all[list] ?? {};
  const shown = new Set(shownOf(columns, choices, width));
  const set = (next: Choices): void => choose({ columns: { ...all, [list]: next } });
  return (
    <Popup label={<Columns3 size={14} aria-hidden />} look="button quiet icon small" name={`Columns of ${list}`}>
      {() => (
        <div class="inside">
          {columns
            .filter(({ name, from }) => name && from)
            .map((column) => (
              <label key={column.name} class="check">
                <input
                  type="checkbox"
                  checked={shown.has(column)}
                  onChange={(event) => set({ ...choices, [column.name]: event.currentTarget.checked })}
                />
                <span>{column.name}</span>
              </label>
            ))}
          <button class="button small" type="button" onClick={() => set({})}>
            As there is room
          </button>
        </div>
      )}
    </Popup>
  );
}
