/** Variables: names with JSON values that flows and deployments read. */

import { useState } from "preact/hooks";

import { api } from "../../api/client";
import { changed } from "../../api/queries";
import { usePages } from "../../api/usePages";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { ask } from "../../parts/ask";
import { copyText } from "../../parts/Copy";
import { Empty } from "../../parts/Empty";
import { Menu } from "../../parts/Menu";
import { Rows, type Column } from "../../parts/Rows";
import { Tags } from "../../parts/Tags";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { act } from "../../shell/Toasts";
import { VariableDialog, type Variable } from "./VariableDialog";

const SNIPPET = `from prefect.variables import Variable

Variable.set("region", "north")
Variable.get("region")`;

export default function Variables() {
  useTitle("Variables");
  const parameters = useParams();
  const [isNew, create] = useState(false);
  const tags = parameters.list("tags");
  const search = parameters.get("search");
  const { asked: found, more } = usePages<Variable>("/variables/filter", {
    variables: {
      ...(search ? { name: { like_: search } } : {}),
      ...(tags.length > 0 ? { tags: { all_: tags } } : {}),
    },
    sort: parameters.get("sort") || "NAME_ASC",
  });
  useLive(["variable"], () => changed("/variables"));
  const edited = parameters.get("edit");
  const of = found.data?.find(({ name }) => name === edited);
  const close = (): void => {
    create(false);
    parameters.set({ edit: null });
  };
  return (
    <div class="page">
      <header>
        <h1>Variables</h1>
        <div class="actions">
          <button class="button primary" type="button" onClick={() => create(true)}>
            Add variable
          </button>
        </div>
      </header>
      <div class="toolbar" role="search">
        <input class="input" type="search" aria-label="Name" placeholder="Name" value={search} onInput={(event) => parameters.set({ search: event.currentTarget.value })} />
        <input class="input" aria-label="Tags, with commas between" placeholder="Tags" value={tags.join(",")} onChange={(event) => parameters.set({ tags: event.currentTarget.value })} />
        <select class="input" aria-label="Order" value={parameters.get("sort")} onChange={(event) => parameters.set({ sort: event.currentTarget.value })}>
          <option value="">Name, A to Z</option>
          <option value="NAME_DESC">Name, Z to A</option>
          <option value="CREATED_DESC">Newest first</option>
          <option value="UPDATED_DESC">Changed last</option>
        </select>
      </div>
      <section class="panel">
        <Answer of={found}>
          {(rows) =>
            rows.length > 0 ? (
              <Rows columns={columns((name) => parameters.set({ edit: name }, true))} rows={rows} label="Variables" more={more} open={(row) => parameters.set({ edit: row.name }, true)} />
            ) : search || tags.length > 0 ? (
              <Empty title="None of them">No variable fits.</Empty>
            ) : (
              <Empty title="No variables yet" snippet={SNIPPET}>
                A variable is a value that many flows read, and that can be changed without a new deployment.
              </Empty>
            )
          }
        </Answer>
      </section>
      {(isNew || of) && <VariableDialog key={of?.id ?? "new"} of={of} close={close} />}
    </div>
  );
}

async function remove(variable: Variable): Promise<void> {
  const isWanted = await ask({
    title: `Delete ${variable.name}?`,
    text: "What reads it gets its own default, or fails.",
    yes: "Delete variable",
  });
  if (!isWanted) return;
  const { name, value, tags } = variable;
  const undo = (): void =>
    void act(() => api("POST", "/variables/", { body: { name, value, tags } }), `${name} is back.`).then(() => changed("/variables"));
  await act(() => api("DELETE", `/variables/${variable.id}`), `${name} is deleted.`, undo);
  changed("/variables");
}

function columns(edit: (name: string) => void): readonly Column<Variable>[] {
  return [
    {
      name: "Name",
      width: "minmax(8rem, 1fr)",
      cell: (row) => (
        <button class="link name-of" type="button" onClick={() => edit(row.name)}>
          {row.name}
        </button>
      ),
    },
    { name: "Value", width: "minmax(0, 2fr)", cell: (row) => <code title={JSON.stringify(row.value)}>{JSON.stringify(row.value).slice(0, 200)}</code> },
    { name: "Changed", width: "8rem", cell: (row) => <Time at={row.updated} />, from: 620 },
    { name: "Tags", width: "minmax(0, 0.8fr)", cell: (row) => <Tags tags={row.tags} />, from: 760 },
    {
      name: "",
      width: "2rem",
      cell: (row) => (
        <Menu
          label={`More for ${row.name}`}
          items={[
            { name: "Edit", do: () => edit(row.name) },
            { name: "Copy name", do: () => void copyText(row.name) },
            { name: "Copy value", do: () => void copyText(JSON.stringify(row.value)) },
            { name: "Copy id", do: () => void copyText(row.id) },
            { name: "Delete …", isDanger: true, do: () => void remove(row) },
          ]}
        />
      ),
    },
  ];
}
