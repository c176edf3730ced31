/** The latest artifact of each key. */

import { Link } from "wouter-preact";

import { usePages } from "../../api/usePages";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { More } from "../../parts/More";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import type { Latest } from "./types";

const SNIPPET = `from prefect.artifacts import create_markdown_artifact

create_markdown_artifact("# Rows: 42", key="rows")`;
const TYPES = ["markdown", "table", "progress", "image", "result"];

export default function Artifacts() {
  useTitle("Artifacts");
  const parameters = useParams();
  const search = parameters.get("search");
  const type = parameters.get("type");
  const isRows = parameters.get("view") === "rows";
  const { asked: found, more } = usePages<Latest>("/artifacts/latest/filter", {
    artifacts: { ...(search ? { key: { like_: search } } : {}), ...(type ? { type: { any_: [type] } } : {}) },
    sort: "UPDATED_DESC",
  });
  useLive(["artifact"], () => void found.refetch());
  return (
    <div class="page">
      <header>
        <h1>Artifacts</h1>
      </header>
      <div class="toolbar" role="search">
        <input class="input" type="search" aria-label="Key" placeholder="Key" value={search} onInput={(event) => parameters.set({ search: event.currentTarget.value })} />
        <select class="input" aria-label="Type" value={type} onChange={(event) => parameters.set({ type: event.currentTarget.value })}>
          <option value="">All types</option>
          {TYPES.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
        <span class="segments" role="group" aria-label="How artifacts are shown">
          <button type="button" aria-pressed={!isRows} onClick={() => parameters.set({ view: null })}>
            Cards
          </button>
          <button type="button" aria-pressed={isRows} onClick={() => parameters.set({ view: "rows" })}>
            Rows
          </button>
        </span>
      </div>
      <Answer of={found}>
        {(rows) =>
          rows.length === 0 ? (
            <section class="panel">
              {search || type ? (
                <Empty title="None of them">No artifact fits.</Empty>
              ) : (
                <Empty title="No artifacts yet" snippet={SNIPPET}>
                  Artifacts are what runs show: reports, tables, links, pictures, progress.
                </Empty>
              )}
            </section>
          ) : isRows ? (
            <section class="panel scroll-x">
              <table class="table">
                <thead>
                  <tr>
                    <th>Key</th>
                    <th>Type</th>
                    <th>Changed</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.id}>
                      <td>
                        <Link class="name-of" href={`/artifacts/key/${encodeURIComponent(row.key)}`}>
                          {row.key}
                        </Link>
                      </td>
                      <td>{row.type}</td>
                      <td>
                        <Time at={row.updated} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          ) : (
            <div class="cards">
              {rows.map((row) => (
                <Link key={row.id} class="panel card" href={`/artifacts/key/${encodeURIComponent(row.key)}`}>
                  <span class="row apart">
                    <b class="cut">{row.key}</b>
                    <span class="tag">{row.type}</span>
                  </span>
                  <span class="muted cut">{row.description ?? " "}</span>
                  <Time at={row.updated} />
                </Link>
              ))}
            </div>
          )
        }
      </Answer>
      <More more={more} />
    </div>
  );
}
