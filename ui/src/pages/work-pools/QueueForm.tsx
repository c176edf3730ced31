/** Makes a work queue, or changes one. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError, api } from "../../api/client";
import { useGet } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { TextField } from "../../parts/Field";
import { useTitle } from "../../parts/title";
import { say } from "../../shell/Toasts";
import { NotFound } from "../NotFound";
import { again } from "./doing";
import { apiPath, poolPath, queuePath, type Queue } from "./types";

export default function QueueForm({ params }: PageProps) {
  const pool = decodeURIComponent(params["name"] ?? "");
  const queue = params["queue"] === undefined ? null : decodeURIComponent(params["queue"]);
  const found = useGet<Queue>(queue === null ? null : `${apiPath(pool)}/queues/${encodeURIComponent(queue)}`);
  if (queue === null) return <Form pool={pool} />;
  if (found.error instanceof ApiError && found.error.status === 404) return <NotFound what="work queue" id={queue} />;
  return <Answer of={found}>{(each) => <Form pool={pool} of={each} />}</Answer>;
}

function Form({ pool, of }: { pool: string; of?: Queue }) {
  useTitle(of ? `Edit ${of.name}` : "Add a work queue");
  const [, go] = useLocation();
  const [name, setName] = useState(of?.name ?? "");
  const [description, setDescription] = useState(of?.description ?? "");
  const [limit, setLimit] = useState(String(of?.concurrency_limit ?? ""));
  const [priority, setPriority] = useState(String(of?.priority ?? ""));
  const [wrong, setWrong] = useState<string | null>(null);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = {
      ...(of ? {} : { name: name.trim() }),
      description: description || null,
      concurrency_limit: limit === "" ? null : Number(limit),
      ...(priority === "" ? {} : { priority: Number(priority) }),
    };
    const path = `${apiPath(pool)}/queues`;
    try {
      if (of) await api("PATCH", `${path}/${encodeURIComponent(of.name)}`, { body });
      else await api("POST", path, { body });
      say(of ? `${of.name} is changed.` : `${name.trim()} is there.`);
      again();
      go(queuePath(pool, of?.name ?? name.trim()));
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  return (
    <div class="page">
      <form class="narrow-page stack" style="margin: 0 auto" onSubmit={(event) => void save(event)}>
        <header class="trail">
          <Link href="/work-pools">Work pools</Link> / <Link href={`${poolPath(pool)}?tab=Work+Queues`}>{pool}</Link> /
          <h1>{of ? of.name : "Add a queue"}</h1>
        </header>
        <section class="panel stack" style="padding: var(--gap-4)">
          {!of && <TextField label="Name" value={name} change={setName} isFirst />}
          <TextField label="Description" value={description} change={setDescription} />
          <TextField label="Runs at a time" type="number" value={limit} change={setLimit} hint="Empty: without a limit" />
          <TextField label="Priority" type="number" value={priority} change={setPriority} hint="1 is served first" />
        </section>
        {wrong && (
          <p class="problem" role="alert">
            {wrong}
          </p>
        )}
        <div class="row" style="justify-content: flex-end">
          <button class="button primary" type="submit" disabled={!of && name.trim() === ""}>
            {of ? "Save" : "Add"}
          </button>
        </div>
      </form>
    </div>
  );
}
