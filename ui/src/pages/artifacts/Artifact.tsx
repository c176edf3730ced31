/** One artifact, as it shows itself or raw. */

import { Link } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError } from "../../api/client";
import { useGet } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { Facts } from "../../parts/Facts";
import { Json } from "../../parts/Json";
import { Markdown } from "../../parts/Markdown";
import { Tabs } from "../../parts/Tabs";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { NotFound } from "../NotFound";
import { Body } from "./Body";
import type { Artifact } from "./types";

export default function ArtifactPage({ params }: PageProps) {
  const found = useGet<Artifact>(`/artifacts/${params["id"]}`);
  useLive([`artifact:${params["id"]}`], () => void found.refetch());
  if (found.error instanceof ApiError && [404, 422].includes(found.error.status))
    return <NotFound what="artifact" id={params["id"] ?? ""} />;
  return <Answer of={found}>{(artifact) => <Shown of={artifact} />}</Answer>;
}

function Shown({ of }: { of: Artifact }) {
  useTitle(of.key ?? "Artifact");
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/artifacts">Artifacts</Link> /
          {of.key && (
            <>
              <Link href={`/artifacts/key/${encodeURIComponent(of.key)}`}>{of.key}</Link> /
            </>
          )}
          <h1>{of.type ?? "Artifact"}</h1>
        </span>
      </header>
      <div class="two-columns">
        <section class="panel stack" style="padding: var(--gap-3) var(--gap-4) var(--gap-4)">
          {of.description && <Markdown text={of.description} />}
          <Tabs
            label="This artifact"
            tabs={[
              { name: "Artifact", body: () => <Body of={of} /> },
              { name: "Raw", body: () => <Json value={of.data} name={of.key ?? "artifact"} /> },
            ]}
          />
        </section>
        <aside class="panel" style="padding: var(--gap-4)" aria-label="Details">
          <Facts
            of={[
              ["Key", of.key && <Link href={`/artifacts/key/${encodeURIComponent(of.key)}`}>{of.key}</Link>],
              ["Type", of.type],
              ["Created", <Time key="c" at={of.created} />],
              ["Updated", <Time key="u" at={of.updated} />],
              ["Flow run", of.flow_run_id && <Link href={`/runs/flow-run/${of.flow_run_id}`}>{of.flow_run_id}</Link>],
              ["Task run", of.task_run_id && <Link href={`/runs/task-run/${of.task_run_id}`}>{of.task_run_id}</Link>],
              ["Id", <code key="i">{of.id}</code>],
            ]}
          />
        </aside>
      </div>
    </div>
  );
}
