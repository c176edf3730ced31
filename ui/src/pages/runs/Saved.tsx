/** Filters that were given a name; the server keeps them, so that everybody has them. */

import { Bookmark, Star, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";

import { api } from "../../api/client";
import { changed, usePost } from "../../api/queries";
import { Popup } from "../../parts/Popup";
import { useParams } from "../../parts/useParams";
import { choose, preferences } from "../../preferences";
import { act } from "../../shell/Toasts";
import { FILTERS } from "./filter";

interface Search {
  id: string;
  name: string;
  filters: { property: string; value: unknown }[];
}

const PATH = "/saved_searches/filter";

export function Saved() {
  const label = (
    <>
      <Bookmark size={13} aria-hidden />
      Saved
    </>
  );
  return (
    <Popup label={label} look="button small" name="Saved filters">
      {(close) => <List close={close} />}
    </Popup>
  );
}

function List({ close }: { close: () => void }) {
  const parameters = useParams();
  const [name, setName] = useState("");
  const found = usePost<Search[]>(PATH, {});
  const use = (search: Search): void => {
    const wanted = new Map(search.filters.map((filter) => [filter.property, String(filter.value)]));
    parameters.set(Object.fromEntries(FILTERS.map((each) => [each, wanted.get(each) ?? null])), true);
    close();
  };
  const first = preferences.value.filter?.id;
  /** Have the list of runs begin with this filter, or with none. */
  const begin = ({ id, filters }: Search): void =>
    choose({
      filter: first === id ? null : { id, values: Object.fromEntries(filters.map(({ property, value }) => [property, String(value)])) },
    });
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const filters = FILTERS.filter((each) => parameters.get(each)).map((property) => ({
      object: "runs",
      property,
      type: "text",
      operation: "equals",
      value: parameters.get(property),
    }));
    const body = { name: name.trim(), filters };
    if (await act(() => api("PUT", "/saved_searches/", { body }), `The filter is saved as ${body.name}.`)) {
      setName("");
      changed(PATH);
    }
  };
  const remove = async (search: Search): Promise<void> => {
    await act(() => api("DELETE", `/saved_searches/${search.id}`), `${search.name} is removed.`);
    if (first === search.id) choose({ filter: null });
    changed(PATH);
  };
  return (
    <div class="inside">
      {found.data?.map((search) => (
        <span key={search.id} class="row">
          <button type="button" class="cut" onClick={() => use(search)}>
            {search.name}
          </button>
          <button
            type="button"
            style="width: 2rem"
            title="Begin with this filter"
            aria-label={`Begin with ${search.name}`}
            aria-pressed={first === search.id}
            onClick={() => begin(search)}
          >
            <Star size={13} aria-hidden fill={first === search.id ? "currentColor" : "none"} />
          </button>
          <button
            type="button"
            style="width: 2rem"
            aria-label={`Remove ${search.name}`}
            onClick={() => void remove(search)}
          >
            <Trash2 size={13} aria-hidden />
          </button>
        </span>
      ))}
      {found.data?.length === 0 && <span class="muted">None yet. Set filters, then give them a name.</span>}
      <form class="row" onSubmit={(event) => void save(event)}>
        <input
          class="input"
          required
          aria-label="Name of the filter"
          placeholder="Name for this filter"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button class="button" style="width: auto" type="submit">
          Save
        </button>
      </form>
    </div>
  );
}
