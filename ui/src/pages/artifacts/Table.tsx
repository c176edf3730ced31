/** A table artifact: search, sort, pages, download. */

import { useMemo, useState } from "preact/hooks";

import { download } from "../../parts/Json";
import { cellText, columnsOf, csvOf, rowsOf } from "./types";

const PAGE = 50;

export function Table({ data, name }: { data: unknown; name: string }) {
  const rows = useMemo(() => rowsOf(data), [data]);
  const columns = useMemo(() => columnsOf(rows), [rows]);
  const [search, setSearch] = useState("");
  const [sort, setSort] = useState<{ by: string; isDown: boolean } | null>(null);
  const [page, setPage] = useState(0);
  const shown = useMemo(() => {
    const wanted = search.toLowerCase();
    const found = wanted ? rows.filter((row) => columns.some((each) => cellText(row[each]).toLowerCase().includes(wanted))) : [...rows];
    if (sort)
      found.sort((a, b) => {
        const [x, y] = [a[sort.by], b[sort.by]];
        const order = typeof x === "number" && typeof y === "number" ? x - y : cellText(x).localeCompare(cellText(y));
        return sort.isDown ? -order : order;
      });
    return found;
  }, [rows, search, sort]);
  return (
    <div class="stack" style="gap: var(--gap-3)">
      <div class="toolbar">
        <input class="input" type="search" aria-label="Search the table" placeholder="Search" value={search} onInput={(event) => (setSearch(event.currentTarget.value), setPage(0))} />
        <span class="muted">{shown.length} rows</span>
        <button class="button small" type="button" onClick={() => download(`${name}.csv`, csvOf(shown), "text/csv")}>
          Download CSV
        </button>
      </div>
      <div class="scroll-x" tabIndex={0} role="region" aria-label="Rows">
        <table class="table">
          <thead>
            <tr>
              {columns.map((each) => (
                <th key={each} aria-sort={sort?.by === each ? (sort.isDown ? "descending" : "ascending") : "none"}>
                  <button class="link" style="color: inherit" type="button" onClick={() => setSort({ by: each, isDown: sort?.by === each && !sort.isDown })}>
                    {each} {sort?.by === each && (sort.isDown ? "↓" : "↑")}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.slice(page * PAGE, (page + 1) * PAGE).map((row, index) => (
              <tr key={index}>
                {columns.map((each) => (
                  <td key={each} class={typeof row[each] === "number" ? "number" : ""}>
                    {cellText(row[each])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length > PAGE && (
        <div class="row">
          <button class="button small" type="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
            Back
          </button>
          <span class="muted">
            {page + 1} of {Math.ceil(shown.length / PAGE)}
          </span>
          <button class="button small" type="button" disabled={(page + 1) * PAGE >= shown.length} onClick={() => setPage(page + 1)}>
            Further
          </button>
        </div>
      )}
    </div>
  );
}
