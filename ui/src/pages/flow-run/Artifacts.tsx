/** What a run has left to be looked at. */

import { Link } from "wouter-preact";

import { usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { Time } from "../../parts/Time";

interface Artifact {
  id: string;
  key: string | null;
  type: string | null;
  description: string | null;
  created: string;
}

const SNIPPET = `from prefect.artifacts import create_markdown_artifact

create_markdown_artifact("# What came out", key="report")`;

export function Artifacts({ flowRun, taskRun }: { flowRun?: string; taskRun?: string }) {
  const filter = flowRun ? { flow_run_id: { any_: [flowRun] } } : { task_run_id: { any_: [taskRun] } };
  const asked = usePost<Artifact[]>("/artifacts/filter", { artifacts: filter, limit: 200 });
  return (
    <Answer of={asked}>
      {(artifacts) =>
        artifacts.length === 0 ? (
          <Empty title="No artifacts" snippet={SNIPPET}>
            Artifacts are tables, texts, links and pictures that a run keeps to be looked at:
          </Empty>
        ) : (
          <div class="cards">
            {artifacts.map((artifact) => (
              <Link key={artifact.id} class="panel card" href={`/artifacts/artifact/${artifact.id}`}>
                <span class="row apart">
                  <b class="cut">{artifact.key ?? "no key"}</b>
                  <span class="tag">{artifact.type ?? "raw"}</span>
                </span>
                {artifact.description && <span class="cut">{artifact.description}</span>}
                <span class="muted">
                  <Time at={artifact.created} />
                </span>
              </Link>
            ))}
          </div>
        )
      }
    </Answer>
  );
}
