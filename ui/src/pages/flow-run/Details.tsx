/** All that is known of a flow run, and the states that it has been in. */

import type { FlowRunView } from "../../api/types";
import { CopyButton } from "../../parts/Copy";
import { Facts } from "../../parts/Facts";
import { Json } from "../../parts/Json";
import { Time } from "../../parts/Time";
import { States } from "../../parts/States";

export function Details({ view }: { view: FlowRunView }) {
  const { run } = view;
  const id = (text: string | null) =>
    text && (
      <span class="row">
        <code class="cut">{text}</code>
        <CopyButton text={text} name="Copy the id" />
      </span>
    );
  return (
    <div class="stack">
      <section class="panel inside-2">
        <Facts
          isRow
          of={[
            ["Run count", run.run_count],
            ["Created", <Time key="c" at={run.created} />],
            ["Updated", <Time key="u" at={run.updated} />],
            ["Expected start", <Time key="e" at={run.expected_start_time} />],
            ["End", <Time key="n" at={run.end_time} none="not yet" />],
            ["Retries", run.empirical_policy.retries ?? 0],
            ["Retry delay", run.empirical_policy.retry_delay ? `${run.empirical_policy.retry_delay} s` : "none"],
            ["Flow version", run.flow_version ?? "–"],
            run.deployment_version && ["Deployment version", run.deployment_version],
            run.idempotency_key && ["Idempotency key", run.idempotency_key],
            run.infrastructure_pid && ["Infrastructure", run.infrastructure_pid],
            ["Flow run id", id(run.id)],
            ["Flow id", id(run.flow_id)],
            run.deployment_id && ["Deployment id", id(run.deployment_id)],
          ]}
        />
      </section>
      <States states={view.states} />
      {Object.keys(run.context).length > 0 && <Json value={run.context} name="context" />}
      {Object.keys(run.labels).length > 0 && <Json value={run.labels} name="labels" />}
    </div>
  );
}
