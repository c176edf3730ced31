/** All kinds of blocks, by name and by what they can do. */

import { Link } from "wouter-preact";

import { useGet, usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { Letter } from "./Letter";
import type { BlockType } from "./types";

export default function Catalog() {
  useTitle("Block catalog");
  const parameters = useParams();
  const search = parameters.get("search").toLowerCase();
  const capability = parameters.get("capability");
  const found = usePost<BlockType[]>(
    "/block_types/filter",
    { limit: 200, ...(capability ? { block_schemas: { block_capabilities: { all_: [capability] } } } : {}) },
    { keep: true },
  );
  const capabilities = useGet<string[]>("/block_capabilities/");
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/blocks">Blocks</Link> / <h1>Catalog</h1>
        </span>
      </header>
      <div class="toolbar" role="search">
        <input class="input" type="search" aria-label="Name" placeholder="Name" value={parameters.get("search")} onInput={(event) => parameters.set({ search: event.currentTarget.value })} />
        <select class="input" aria-label="What it can do" value={capability} onChange={(event) => parameters.set({ capability: event.currentTarget.value })}>
          <option value="">Whatever it can do</option>
          {[...(capabilities.data ?? [])].sort().map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </div>
      <Answer of={found}>
        {(types) => {
          const shown = types.filter(({ name, slug }) => `${name} ${slug}`.toLowerCase().includes(search));
          if (shown.length === 0) return <Empty title="None of them">No kind of block fits.</Empty>;
          return (
            <div class="cards">
              {shown.map((type) => (
                <Link key={type.id} class="panel card" href={`/blocks/catalog/${type.slug}`}>
                  <span class="row">
                    <Letter name={type.name} />
                    <b>{type.name}</b>
                  </span>
                  <span class="muted" style="display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden">
                    {type.description}
                  </span>
                </Link>
              ))}
            </div>
          );
        }}
      </Answer>
    </div>
  );
}
