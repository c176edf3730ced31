/** All versions of a key over time, what changed between two of them, and numbers over versions. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";

import type { PageProps } from "../../app";
import { usePages } from "../../api/usePages";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { More } from "../../parts/More";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { NotFound } from "../NotFound";
import { Body } from "./Body";
import { Difference } from "./Difference";
import { columnsOf, rowsOf, sumOf, textOf, type Artifact } from "./types";

export default function Key({ params }: PageProps) {
  const key = decodeURIComponent(params["key"] ?? "");
  useTitle(key);
  const { asked: found, more } = usePages<Artifact>("/artifacts/filter", {
    artifacts: { key: { any_: [key] } },
    sort: "CREATED_DESC",
  });
  useLive(["artifact"], () => void found.refetch());
  if (found.data?.length === 0) return <NotFound what="artifact" id={key} />;
  return (
    <>
      <Answer of={found}>{(versions) => <Shown name={key} versions={versions} />}</Answer>
      <More more={more} />
    </>
  );
}

function Shown({ name, versions }: { name: string; versions: readonly Artifact[] }) {
  const parameters = useParams();
  const [a, b] = parameters.list("compare");
  const [before, after] = [versions.find(({ id }) => id === a), versions.find(({ id }) => id === b)];
  const [picked, pick] = useState<string[]>([]);
  useEffect(() => {
    if (picked.length === 2) parameters.set({ compare: picked.join(",") });
  }, [picked]);
  const order = (ids: string[]): string[] => ids.sort((x, y) => index(versions, y) - index(versions, x));
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/artifacts">Artifacts</Link> / <h1>{name}</h1>
        </span>
        <span class="muted">{versions.length} versions</span>
      </header>
      <Sums versions={versions} />
      {before && after && (
        <section class="panel" aria-label="What changed">
          <header>
            <h2>What changed</h2>
            <button class="button small" style="margin-left: auto" type="button" onClick={() => (pick([]), parameters.set({ compare: null }))}>
              Close
            </button>
          </header>
          <Difference before={textOf(before)} after={textOf(after)} />
        </section>
      )}
      <ol class="stack">
        {versions.map((version, at) => (
          <li key={version.id} class="panel">
            <header class="row wrap">
              <label class="row muted">
                <input
                  type="checkbox"
                  aria-label={`Compare version ${versions.length - at}`}
                  checked={picked.includes(version.id)}
                  onChange={() =>
                    pick(picked.includes(version.id) ? picked.filter((each) => each !== version.id) : order([...picked.slice(-1), version.id]))
                  }
                />
                {versions.length - at}
              </label>
              <Link class="name-of" href={`/artifacts/artifact/${version.id}`}>
                <Time at={version.created} />
              </Link>
              <span class="tag">{version.type}</span>
              {version.flow_run_id && (
                <Link class="muted" href={`/runs/flow-run/${version.flow_run_id}`}>
                  by a run
                </Link>
              )}
              {at < versions.length - 1 && (
                <button
                  class="button small"
                  style="margin-left: auto"
                  type="button"
                  onClick={() => (parameters.set({ compare: `${versions[at + 1]?.id},${version.id}` }), scrollTo({ top: 0 }))}
                >
                  Compare with the one before
                </button>
              )}
            </header>
            <div class="inside">{at < 5 ? <Body of={version} /> : <Link href={`/artifacts/artifact/${version.id}`}>Open</Link>}</div>
          </li>
        ))}
      </ol>
    </div>
  );
}

function index(versions: readonly Artifact[], id: string): number {
  return versions.findIndex((each) => each.id === id);
}

/** What numeric columns of a table add up to, version by version. */
function Sums({ versions }: { versions: readonly Artifact[] }) {
  const series = useMemo(() => {
    const oldest = [...versions].reverse();
    const columns = columnsOf(rowsOf(versions[0]?.data));
    if (versions[0]?.type !== "table" || oldest.length < 2) return [];
    return columns
      .map((column) => ({ column, sums: oldest.map((each) => sumOf(each, column)) }))
      .filter((each): each is { column: string; sums: number[] } => each.sums.every((sum) => sum !== null));
  }, [versions]);
  if (series.length === 0) return null;
  return (
    <section class="panel" aria-label="Sums of columns over versions">
      <div class="inside row wrap" style="gap: var(--gap-5)">
        {series.map(({ column, sums }) => {
          const [low, high] = [Math.min(...sums, 0), Math.max(...sums, 1e-9)];
          const points = sums.map((sum, at) => `${(at / (sums.length - 1)) * 160},${40 - ((sum - low) / (high - low)) * 36 - 2}`);
          return (
            <figure key={column}>
              <figcaption class="label">
                {column}: {sums.at(-1)}
              </figcaption>
              <svg width="160" height="40" role="img" aria-label={`${column} over versions: ${sums.slice(-10).join(", ")}`}>
                <polyline points={points.join(" ")} fill="none" stroke="var(--accent)" stroke-width="2" />
              </svg>
            </figure>
          );
        })}
      </div>
    </section>
  );
}
