/** Changes a work pool. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError, api } from "../../api/client";
import { useGet } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { TextField } from "../../parts/Field";
import { useTitle } from "../../parts/title";
import { useUnsaved } from "../../parts/useUnsaved";
import { say } from "../../shell/Toasts";
import { NotFound } from "../NotFound";
import { again } from "./doing";
import { TemplateForm } from "./TemplateForm";
import { apiPath, poolPath, type Pool } from "./types";

export default function WorkPoolEdit({ params }: PageProps) {
  const name = decodeURIComponent(params["name"] ?? "");
  const found = useGet<Pool>(apiPath(name));
  if (found.error instanceof ApiError && found.error.status === 404) return <NotFound what="work pool" id={name} />;
  return <Answer of={found}>{(pool) => <Form of={pool} />}</Answer>;
}

function Form({ of }: { of: Pool }) {
  useTitle(`Edit ${of.name}`);
  const [, go] = useLocation();
  const [description, setDescription] = useState(of.description ?? "");
  const [limit, setLimit] = useState(String(of.concurrency_limit ?? ""));
  const [template, setTemplate] = useState(of.base_job_template);
  const [isGood, judge] = useState(true);
  const [wrong, setWrong] = useState<string | null>(null);
  const done = useUnsaved(description !== (of.description ?? "") || template !== of.base_job_template);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = {
      description: description || null,
      concurrency_limit: limit === "" ? null : Number(limit),
      base_job_template: template,
    };
    try {
      await api("PATCH", apiPath(of.name), { body });
      say(`${of.name} is changed.`);
      done();
      again();
      go(poolPath(of.name));
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  return (
    <div class="page">
      <form class="narrow-page stack" style="margin: 0 auto" onSubmit={(event) => void save(event)}>
        <header class="trail">
          <Link href="/work-pools">Work pools</Link> / <Link href={poolPath(of.name)}>{of.name}</Link> / <h1>Edit</h1>
        </header>
        <section class="panel stack" style="padding: var(--gap-4)">
          <TextField label="Description" value={description} change={setDescription} />
          <TextField label="Runs at a time" type="number" value={limit} change={setLimit} hint="Empty: without a limit" />
        </section>
        <section class="panel stack" style="padding: var(--gap-4)">
          <TemplateForm template={template} change={setTemplate} judge={judge} />
        </section>
        {wrong && (
          <p class="problem" role="alert">
            {wrong}
          </p>
        )}
        <div class="row" style="justify-content: flex-end">
          <Link class="button" href={poolPath(of.name)}>
            Leave it
          </Link>
          <button class="button primary" type="submit" disabled={!isGood}>
            Save
          </button>
        </div>
      </form>
    </div>
  );
}
