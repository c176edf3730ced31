/** All that is found by a name or an id, by kind. */

import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { useGet } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import type { Found } from "../../shell/verbs";

const MOST = 50;
const TYPED = 200;

export default function Search() {
  useTitle("Search");
  const parameters = useParams();
  const kept = parameters.get("q");
  const [text, setText] = useState(kept);
  useEffect(() => setText(kept), [kept]);
  useEffect(() => {
    if (text === kept) return;
    const wait = setTimeout(() => parameters.set({ q: text }), TYPED);
    return () => clearTimeout(wait);
  }, [text]);
  const path = kept.trim() ? `/ui/search?limit=${MOST}&q=${encodeURIComponent(kept.trim())}` : null;
  const found = useGet<{ results: Found[] }>(path, { keep: true });
  return (
    <div class="page">
      <header>
        <h1>Search</h1>
      </header>
      <div class="toolbar" role="search">
        <input
          class="input"
          type="search"
          autoFocus
          aria-label="Name or id"
          placeholder="Name or id of anything"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {path === null ? (
        <section class="panel">
          <Empty title="What is it called?">
            Flows, deployments, pools, blocks, variables, automations, artifacts and limits are found by any part of their
            names, runs by how their names begin, and everything by its id.
          </Empty>
        </section>
      ) : (
        <Answer of={found}>{({ results }) => <Results of={results} text={kept} />}</Answer>
      )}
    </div>
  );
}

function Results({ of, text }: { of: readonly Found[]; text: string }) {
  const kinds = new Map<string, Found[]>();
  for (const each of of) kinds.set(each.kind, [...(kinds.get(each.kind) ?? []), each]);
  if (of.length === 0) {
    return (
      <section class="panel">
        <Empty title="Nothing is called that">
          No name has “{text}” in it, and it is no id of this server. Names of runs are found by their beginning.
        </Empty>
      </section>
    );
  }
  return (
    <>
      {[...kinds].map(([kind, found]) => (
        <section key={kind} class="panel" aria-label={kind}>
          <header>
            <h2>{kind.charAt(0).toUpperCase() + kind.slice(1)}</h2>
            <span class="muted">{found.length}</span>
          </header>
          <ul class="inside stack" style="gap: var(--gap-2)">
            {found.map((each) => (
              <li key={each.path} class="row" style="min-width: 0">
                <Link class="name-of cut" href={each.path}>
                  {each.name}
                </Link>
                <span class="muted cut">{each.detail}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {of.length >= MOST && <p class="muted">These are the best {MOST}. Write more of the name to see others.</p>}
    </>
  );
}
