/** The filter bar of the runs page: all it says stands in the address. */

import { useEffect, useState } from "preact/hooks";

import { api } from "../../api/client";
import { Choice, type Option } from "../../parts/Choice";
import { useParams } from "../../parts/useParams";
import { FILTERS } from "./filter";
import { MoreFilters } from "./MoreFilters";
import { Range } from "./Range";
import { Saved } from "./Saved";
import { TagFilter } from "./TagFilter";

const STATES: readonly Option[] = [
  ...["SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED", "CANCELLING", "PAUSED"].map(
    (type) => ({ value: type, name: type.charAt(0) + type.slice(1).toLowerCase() }),
  ),
  ...["Late", "AwaitingRetry", "AwaitingConcurrencySlot", "Retrying", "Suspended", "Cached", "TimedOut"].map((name) => ({
    value: name,
    name: `named ${name}`,
  })),
];

interface Rows {
  rows: { id: string; name: string; flow?: { name: string } }[];
}

async function states(text: string): Promise<readonly Option[]> {
  return STATES.filter((state) => state.name.toLowerCase().includes(text.toLowerCase()));
}

async function flows(search: string, signal: AbortSignal): Promise<readonly Option[]> {
  const { rows } = await api<Rows>("POST", "/ui/flows", { body: { search: search || null }, signal });
  return rows.map((row) => ({ value: row.id, name: row.name }));
}

async function deployments(search: string, signal: AbortSignal): Promise<readonly Option[]> {
  const { rows } = await api<Rows>("POST", "/ui/deployments", { body: { search: search || null }, signal });
  return rows.map((row) => ({ value: row.id, name: `${row.flow?.name ?? ""} / ${row.name}` }));
}

async function pools(search: string, signal: AbortSignal): Promise<readonly Option[]> {
  const found = await api<{ name: string }[]>("POST", "/work_pools/filter", { body: {}, signal });
  return found.filter(({ name }) => name.includes(search)).map(({ name }) => ({ value: name, name }));
}

export function Filters() {
  const parameters = useParams();
  const list = (name: string) => ({
    chosen: parameters.list(name),
    choose: (values: string[]) => parameters.set({ [name]: values.join(",") }),
  });
  const isOn = FILTERS.some((name) => parameters.get(name));
  const hides = parameters.get("hide-subflows") === "true";
  return (
    <div class="filters" role="search" aria-label="Filter runs">
      <Search value={parameters.get("flow-run-search")} take={(text) => parameters.set({ "flow-run-search": text })} />
      <Choice name="State" {...list("state")} find={states} />
      <Choice name="Flow" {...list("flows")} find={flows} />
      <Choice name="Deployment" {...list("deployments")} find={deployments} />
      <Choice name="Pool" {...list("work-pools")} find={pools} />
      <TagFilter />
      <Range />
      <MoreFilters />
      <button
        type="button"
        class={`button small ${hides ? "chip-on" : ""}`}
        aria-pressed={hides}
        onClick={() => parameters.set({ "hide-subflows": hides ? null : "true" })}
      >
        Hide subflows
      </button>
      <Saved />
      {isOn && (
        <button
          type="button"
          class="button quiet small"
          onClick={() => parameters.set(Object.fromEntries(FILTERS.map((name) => [name, null])), true)}
        >
          Clear all
        </button>
      )}
    </div>
  );
}

const TYPED = 200;

function Search({ value, take }: { value: string; take: (text: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const wait = setTimeout(() => take(text), TYPED);
    return () => clearTimeout(wait);
  }, [text]);
  return (
    <input
      class="input"
      style="width: 13rem; height: 1.625rem"
      type="search"
      aria-label="Search by name"
      placeholder="Name of a run"
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
    />
  );
}
