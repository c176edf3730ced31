/** One block: its values with secrets masked, and how a program loads it. */

import { Link, useLocation } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError } from "../../api/client";
import { useGet } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { copyText, Snippet } from "../../parts/Copy";
import { Facts } from "../../parts/Facts";
import { Menu } from "../../parts/Menu";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { NotFound } from "../NotFound";
import { removeBlock } from "./Blocks";
import { Letter } from "./Letter";
import { loadSnippet, type Block } from "./types";

export default function BlockPage({ params }: PageProps) {
  const found = useGet<Block>(`/block_documents/${params["id"]}`);
  useLive([`block-document:${params["id"]}`], () => void found.refetch());
  if (found.error instanceof ApiError && [404, 422].includes(found.error.status))
    return <NotFound what="block" id={params["id"] ?? ""} />;
  return <Answer of={found}>{(block) => <Shown of={block} />}</Answer>;
}

function Shown({ of }: { of: Block }) {
  useTitle(of.name);
  const [, go] = useLocation();
  const type = of.block_type;
  return (
    <div class="page">
      <header>
        <Letter name={type?.name ?? "?"} />
        <span class="trail">
          <Link href="/blocks">Blocks</Link> / <h1>{of.name}</h1>
        </span>
        <div class="actions">
          <Link class="button" href={`/blocks/block/${of.id}/edit`}>
            Edit
          </Link>
          <Menu
            label="More for this block"
            look="button icon"
            items={[
              { name: "Copy id", do: () => void copyText(of.id) },
              { name: "Delete …", isDanger: true, do: () => void removeBlock(of).then((isGone) => isGone && go("/blocks")) },
            ]}
          />
        </div>
      </header>
      <div class="two-columns">
        <div class="stack">
          {type && (
            <section class="panel stack" style="padding: var(--gap-4)">
              <h2>Load it</h2>
              <Snippet text={loadSnippet(type, of.name)} />
            </section>
          )}
          <section class="panel stack" style="padding: var(--gap-4)">
            <h2>Values</h2>
            <Facts
              of={Object.entries(of.data).map(([key, value]) => {
                const other = of.block_document_references[key]?.block_document;
                const shown = other ? (
                  <Link href={`/blocks/block/${other.id}`}>{other.name}</Link>
                ) : (
                  <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
                );
                return [key, shown] as const;
              })}
            />
          </section>
        </div>
        <aside class="panel" style="padding: var(--gap-4)" aria-label="Details">
          <Facts
            of={[
              ["Type", type && <Link href={`/blocks/catalog/${type.slug}`}>{type.name}</Link>],
              ["Can", of.block_schema?.capabilities.join(", ")],
              ["Created", <Time key="c" at={of.created} />],
              ["Updated", <Time key="u" at={of.updated} />],
              ["Id", <code key="i">{of.id}</code>],
            ]}
          />
        </aside>
      </div>
    </div>
  );
}
