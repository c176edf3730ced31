/** Saved blocks, and where results go unless a flow says otherwise. */

import { Link, useLocation } from "wouter-preact";

import { api } from "../../api/client";
import { changed, useGet } from "../../api/queries";
import { usePages } from "../../api/usePages";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { ask } from "../../parts/ask";
import { copyText } from "../../parts/Copy";
import { Empty } from "../../parts/Empty";
import { Menu } from "../../parts/Menu";
import { Rows, type Column } from "../../parts/Rows";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { act } from "../../shell/Toasts";
import { Letter } from "./Letter";
import type { Block } from "./types";

export async function removeBlock(block: Block): Promise<boolean> {
  const isWanted = await ask({
    title: `Delete ${block.name}?`,
    text: "Flows that load it fail; so do blocks and automations that use it.",
    yes: "Delete block",
  });
  const isDone = isWanted && (await act(() => api("DELETE", `/block_documents/${block.id}`), `${block.name} is deleted.`));
  changed("/block_documents", "/admin/storage");
  return isDone;
}

const COLUMNS: readonly Column<Block>[] = [
  {
    name: "Block",
    width: "minmax(10rem, 1.4fr)",
    cell: (block) => (
      <span class="row">
        <Letter name={block.block_type?.name ?? "?"} />
        <Link class="name-of cut" href={`/blocks/block/${block.id}`}>
          {block.name}
        </Link>
      </span>
    ),
  },
  { name: "Type", width: "minmax(0, 1fr)", cell: (block) => block.block_type?.name },
  { name: "Changed", width: "8rem", cell: (block) => <Time at={block.updated} />, from: 620 },
  {
    name: "",
    width: "2rem",
    cell: (block) => (
      <Menu
        label={`More for ${block.name}`}
        items={[
          { name: "Edit", href: `/blocks/block/${block.id}/edit` },
          { name: "Copy name", do: () => void copyText(block.name) },
          { name: "Copy id", do: () => void copyText(block.id) },
          { name: "Delete …", isDanger: true, do: () => void removeBlock(block) },
        ]}
      />
    ),
  },
];

export default function Blocks() {
  useTitle("Blocks");
  const parameters = useParams();
  const [, go] = useLocation();
  const search = parameters.get("search");
  const type = parameters.get("type");
  const { asked: found, more } = usePages<Block>("/block_documents/filter", { block_documents: { is_anonymous: { eq_: false } } });
  useLive(["block-document"], () => changed("/block_documents"));
  return (
    <div class="page">
      <header>
        <h1>Blocks</h1>
        <div class="actions">
          <Link class="button primary" href="/blocks/catalog">
            Add block
          </Link>
        </div>
      </header>
      <Storage blocks={found.data ?? []} />
      <Answer of={found}>
        {(blocks) => {
          const types = [...new Set(blocks.map((each) => each.block_type?.name ?? ""))].sort();
          const shown = blocks.filter(
            (each) => each.name.toLowerCase().includes(search.toLowerCase()) && (!type || each.block_type?.name === type),
          );
          return (
            <>
              <div class="toolbar" role="search">
                <input class="input" type="search" aria-label="Name" placeholder="Name" value={search} onInput={(event) => parameters.set({ search: event.currentTarget.value })} />
                <select class="input" aria-label="Type" value={type} onChange={(event) => parameters.set({ type: event.currentTarget.value })}>
                  <option value="">All types</option>
                  {types.map((each) => (
                    <option key={each} value={each}>
                      {each}
                    </option>
                  ))}
                </select>
              </div>
              <section class="panel">
                {blocks.length === 0 ? (
                  <Empty title="No blocks yet">
                    Blocks keep settings and secrets that flows load by name: credentials, storage, webhooks. The catalog has all kinds.
                  </Empty>
                ) : shown.length === 0 ? (
                  <Empty title="None of them">No block fits.</Empty>
                ) : (
                  <Rows columns={COLUMNS} rows={shown} label="Blocks" height={48} more={more} open={(block) => go(`/blocks/block/${block.id}`)} />
                )}
              </section>
            </>
          );
        }}
      </Answer>
    </div>
  );
}

/** Where results go by default. */
function Storage({ blocks }: { blocks: readonly Block[] }) {
  const found = useGet<{ default_result_storage_block_id: string | null }>("/admin/storage");
  const chosen = found.data?.default_result_storage_block_id ?? "";
  const stores = blocks.filter((each) => each.block_schema?.capabilities.includes("write-path") || each.id === chosen);
  const set = async (id: string): Promise<void> => {
    await act(
      () => (id === "" ? api("DELETE", "/admin/storage") : api("PUT", "/admin/storage", { body: { default_result_storage_block_id: id } })),
      "Where results go by default is changed.",
    );
    changed("/admin/storage");
  };
  return (
    <section class="panel row wrap" style="padding: var(--gap-3) var(--gap-4)">
      <label class="row">
        <span class="label nowrap">Results go to</span>
        <select class="input" value={chosen} onChange={(event) => void set(event.currentTarget.value)}>
          <option value="">Local files of each machine</option>
          {stores.map((each) => (
            <option key={each.id} value={each.id}>
              {each.block_type?.name} / {each.name}
            </option>
          ))}
        </select>
      </label>
      <Link class="button small" href="/blocks/catalog?capability=write-path">
        New storage block
      </Link>
    </section>
  );
}
