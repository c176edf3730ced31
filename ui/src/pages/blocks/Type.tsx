/** One kind of block: what it is, an example, and the way to make one. */

import { Link } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError } from "../../api/client";
import { useGet, usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Markdown } from "../../parts/Markdown";
import { useTitle } from "../../parts/title";
import { NotFound } from "../NotFound";
import { Letter } from "./Letter";
import type { BlockSchema, BlockType } from "./types";

export default function Type({ params }: PageProps) {
  const found = useGet<BlockType>(`/block_types/slug/${params["slug"]}`);
  if (found.error instanceof ApiError && found.error.status === 404)
    return <NotFound what="kind of block" id={params["slug"] ?? ""} />;
  return <Answer of={found}>{(type) => <Shown of={type} />}</Answer>;
}

function Shown({ of }: { of: BlockType }) {
  useTitle(of.name);
  const schemas = usePost<BlockSchema[]>("/block_schemas/filter", { block_schemas: { block_type_id: { any_: [of.id] } }, limit: 1 });
  return (
    <div class="page">
      <div class="narrow-page stack">
        <header class="row wrap">
          <Letter name={of.name} />
          <span class="trail">
            <Link href="/blocks/catalog">Catalog</Link> / <h1>{of.name}</h1>
          </span>
          <Link class="button primary" style="margin-left: auto" href={`/blocks/catalog/${of.slug}/create`}>
            Create
          </Link>
        </header>
        <section class="panel stack" style="padding: var(--gap-4)">
          {of.description && <Markdown text={of.description} />}
          <span class="row wrap">
            {schemas.data?.[0]?.capabilities.map((each) => (
              <span key={each} class="tag">
                {each}
              </span>
            ))}
          </span>
          {of.code_example && (
            <>
              <h2>Example</h2>
              <Markdown text={of.code_example} />
            </>
          )}
        </section>
      </div>
    </div>
  );
}
