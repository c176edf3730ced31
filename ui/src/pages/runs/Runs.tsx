/** All runs: filters in the address, a chart over time, and the list of flow runs or of task runs. */

import { useSearchParams } from "wouter-preact";

import type { FlowRunRow } from "../../api/types";
import { counted } from "../../parts/counted";
import { Loading } from "../../parts/Loading";
import { useList } from "../../parts/useList";
import { FlowRunList } from "./FlowRunList";

export default function Runs() {
  const [parameters] = useSearchParams();
  const search = parameters.get("flow-run-search");
  const states = parameters.get("state")?.split(",").filter(Boolean) ?? [];
  const list = useList<FlowRunRow>("/ui/runs", {
    flow_runs: {
      ...(search ? { name: { like_: search } } : {}),
      ...(states.length > 0 ? { state: { name: { any_: states } } } : {}),
    },
  });
  return (
    <div class="page">
      <header>
        <h1>Runs</h1>
        <span class="muted">{counted(list.count)}</span>
      </header>
      <section class="panel">
        {list.isReading && list.rows.length === 0 ? <Loading lines={8} /> : <FlowRunList list={list} />}
      </section>
    </div>
  );
}
