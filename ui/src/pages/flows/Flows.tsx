/** All flows with their last and next runs. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import { api } from "../../api/client";
import { changed, usePost } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { ask } from "../../parts/ask";
import { number } from "../../parts/counted";
import { Empty } from "../../parts/Empty";
import { Rows, type Column } from "../../parts/Rows";
import { RunStrip } from "../../parts/RunStrip";
import { Tags } from "../../parts/Tags";
import { Time } from "../../parts/Time";
import { useParams } from "../../parts/useParams";
import { act } from "../../shell/Toasts";
import type { FlowRow } from "./types";

const COLUMNS: readonly Column<FlowRow>[] = [
  {
    name: "Flow",
    width: "minmax(8rem, 1.4fr)",
    cell: (flow) => (
      <Link class="name-of" href={`/flows/flow/${flow.id}`}>
        {flow.name}
      </Link>
    ),
  },
  { name: "Last runs", width: "10.5rem", cell: (flow) => <RunStrip runs={flow.runs} label={`Last runs of ${flow.name}`} />, from: 480 },
  { name: "Last run", width: "7rem", cell: (flow) => <Time at={flow.runs[flow.runs.length - 1]?.at} />, from: 700 },
  { name: "Next run", width: "7rem", cell: (flow) => <Time at={flow.next?.at} />, from: 820 },
  { name: "Deployments", width: "6rem", cell: (flow) => flow.deployments || <span class="muted">–</span>, from: 640 },
  { name: "Created", width: "7rem", cell: (flow) => <Time at={flow.created} />, from: 1000 },
  { name: "Tags", width: "minmax(0, 1fr)", cell: (flow) => <Tags tags={flow.tags} />, from: 900 },
];
const SORTS = [
  ["NAME_ASC", "By name"],
  ["NAME_DESC", "By name, backwards"],
  ["CREATED_DESC", "Newest first"],
] as const;
const LIMIT = 200;

export default function Flows() {
  const parameters = useParams();
  const [, go] = useLocation();
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const sort = SORTS.find(([id]) => id === parameters.get("sort"))?.[0] ?? "NAME_ASC";
  const search = parameters.get("search");
  const page = Number(parameters.get("page")) || 1;
  const body = { search: search || null, tags: parameters.list("tags"), sort, limit: LIMIT, offset: (page - 1) * LIMIT };
  const flows = usePost<{ rows: FlowRow[]; count: number }>("/ui/flows", body, { keep: true });
  useLive(["flow"], () => changed("/ui/flows"));
  const remove = async (): Promise<void> => {
    const text = "Their deployments and all their runs with task runs and logs go with them. This cannot be undone.";
    if (!(await ask({ title: `Delete ${chosen.size} flows?`, text, yes: "Delete" }))) return;
    const wanted = { flows: { id: { any_: [...chosen] } } };
    if (await act(() => api("POST", "/flows/bulk_delete", { body: wanted }), `${chosen.size} flows are deleted.`)) {
      choose(new Set());
      changed("/ui/flows");
    }
  };
  return (
    <div class="page">
      <header>
        <h1>Flows</h1>
        <span class="muted">{flows.data && number(flows.data.count)}</span>
      </header>
      <div class="filters" role="search" aria-label="Filter flows">
        <input
          class="input"
          style="width: 15rem"
          type="search"
          aria-label="Search by name"
          placeholder="Name of a flow"
          value={search}
          onInput={(event) => parameters.set({ search: event.currentTarget.value, page: null })}
        />
        <input
          class="input"
          style="width: 10rem"
          aria-label="Tags, with commas"
          placeholder="Tags"
          value={parameters.get("tags")}
          onChange={(event) => parameters.set({ tags: event.currentTarget.value, page: null })}
        />
        <select
          class="input"
          style="width: auto"
          aria-label="Order"
          value={sort}
          onChange={(event) => parameters.set({ sort: event.currentTarget.value })}
        >
          {SORTS.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <section class="panel" aria-label="Flows">
        <Answer of={flows}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty title={search ? "No flow is called that" : "No flows yet"} snippet={search ? undefined : "from prefect import flow\n\n@flow\ndef hello():\n    print('Hello')\n\nhello()"}>
                {search ? "Search for another name." : "A flow is listed here when it has run once:"}
              </Empty>
            ) : (
              <Rows
                columns={COLUMNS}
                rows={rows}
                label="Flows"
                open={(flow) => go(`/flows/flow/${flow.id}`)}
                chosen={chosen}
                choose={choose}
              />
            )
          }
        </Answer>
      </section>
      {flows.data && flows.data.count > LIMIT && (
        <nav class="row" aria-label="Pages">
          <button class="button" type="button" disabled={page <= 1} onClick={() => parameters.set({ page: String(page - 1) }, true)}>
            Before
          </button>
          <span>
            {page} of {Math.ceil(flows.data.count / LIMIT)}
          </span>
          <button
            class="button"
            type="button"
            disabled={page * LIMIT >= flows.data.count}
            onClick={() => parameters.set({ page: String(page + 1) }, true)}
          >
            Next
          </button>
        </nav>
      )}
      {chosen.size > 0 && (
        <div class="bulk" role="region" aria-label="Selected flows">
          <b>{chosen.size} selected</b>
          <button class="button small danger" type="button" onClick={() => void remove()}>
            Delete
          </button>
          <button class="button quiet small" type="button" onClick={() => choose(new Set())}>
            Clear
          </button>
        </div>
      )}
    </div>
  );
}
