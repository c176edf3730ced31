/** The flow runs of one thing: of a deployment, a flow, a pool or a queue. */

import type { FlowRunRow } from "../api/types";
import { FlowRunList } from "../pages/runs/FlowRunList";
import { Empty } from "./Empty";
import { Loading } from "./Loading";
import { useList } from "./useList";

interface Props {
  /** Filters as `/ui/runs` takes them. */
  of: Record<string, unknown>;
  /** Those that have not begun, the next first. */
  isAhead?: boolean;
  none: string;
}

const AHEAD = { type: { any_: ["SCHEDULED"] } };

export function RunsOf({ of, isAhead = false, none }: Props) {
  const body = isAhead
    ? { ...of, flow_runs: { state: AHEAD }, sort: "START_ASC" }
    : { ...of, flow_runs: { state: { type: { not_any_: ["SCHEDULED"] } } } };
  const list = useList<FlowRunRow>("/ui/runs", body);
  if (list.isReading && list.rows.length === 0) return <Loading lines={6} />;
  if (!list.error && list.rows.length === 0) return <Empty title="No runs">{none}</Empty>;
  return <FlowRunList list={list} />;
}
