/** Makes a work pool in three steps: where it runs, what it is called, what its jobs get. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import { api } from "../../api/client";
import { useGet } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { TextField } from "../../parts/Field";
import { useTitle } from "../../parts/title";
import { say } from "../../shell/Toasts";
import { again } from "./doing";
import { TemplateForm } from "./TemplateForm";
import { poolPath, type Infrastructure, type Template } from "./types";

const STEPS = ["Infrastructure", "Details", "Jobs"];

export default function WorkPoolCreate() {
  useTitle("Create a work pool");
  const [, go] = useLocation();
  const found = useGet<Record<string, Record<string, Infrastructure>>>("/collections/views/aggregate-worker-metadata");
  const [step, setStep] = useState(0);
  const [type, setType] = useState<Infrastructure | null>(null);
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [limit, setLimit] = useState("");
  const [template, setTemplate] = useState<Partial<Template>>({});
  const [isGood, judge] = useState(true);
  const [wrong, setWrong] = useState<string | null>(null);
  const create = async (): Promise<void> => {
    const body = {
      name: name.trim(),
      type: type?.type,
      description: description || null,
      concurrency_limit: limit === "" ? null : Number(limit),
      base_job_template: template,
    };
    try {
      await api("POST", "/work_pools/", { body });
      say(`${body.name} is there.`);
      again();
      go(poolPath(body.name));
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  const next = (event: Event): void => {
    event.preventDefault();
    if (step < 2) setStep(step + 1);
    else void create();
  };
  const canGo = [type !== null, name.trim() !== "" && !/[/%]/.test(name), isGood][step];
  return (
    <div class="page">
      <form class="narrow-page stack" style="margin: 0 auto" onSubmit={next}>
        <header class="trail">
          <Link href="/work-pools">Work pools</Link> / <h1>Create</h1>
        </header>
        <ol class="row wrap" aria-label="Steps">
          {STEPS.map((each, index) => (
            <li key={each} class={index === step ? "" : "muted"} aria-current={index === step ? "step" : undefined}>
              {index + 1}. {each}
            </li>
          ))}
        </ol>
        {step === 0 && (
          <Answer of={found}>
            {(all) => (
              <fieldset class="stack" style="border: 0; padding: 0; gap: var(--gap-2)">
                <legend class="label">Where do runs go?</legend>
                {Object.values(all)
                  .flatMap((each) => Object.values(each))
                  .map((each) => (
                    <label key={each.type} class="panel row" style="padding: var(--gap-3) var(--gap-4); gap: var(--gap-3)">
                      <input
                        type="radio"
                        name="type"
                        checked={type?.type === each.type}
                        onChange={() => {
                          setType(each);
                          setTemplate(each.default_base_job_configuration);
                        }}
                      />
                      <span>
                        <b>{each.display_name}</b>
                        <br />
                        <span class="muted">{each.description}</span>
                      </span>
                    </label>
                  ))}
              </fieldset>
            )}
          </Answer>
        )}
        {step === 1 && (
          <section class="panel stack" style="padding: var(--gap-4)">
            <TextField label="Name" value={name} change={setName} isFirst wrong={/[/%]/.test(name) ? "may have no / and no %" : null} />
            <TextField label="Description" value={description} change={setDescription} />
            <TextField label="Runs at a time" type="number" value={limit} change={setLimit} hint="Empty: without a limit" />
          </section>
        )}
        {step === 2 && (
          <section class="panel stack" style="padding: var(--gap-4)">
            <TemplateForm template={template} change={setTemplate} judge={judge} />
          </section>
        )}
        {wrong && (
          <p class="problem" role="alert">
            {wrong}
          </p>
        )}
        <div class="row" style="justify-content: flex-end">
          {step > 0 && (
            <button class="button" type="button" onClick={() => setStep(step - 1)}>
              Back
            </button>
          )}
          <button class="button primary" type="submit" disabled={!canGo}>
            {step < 2 ? "Next" : "Create"}
          </button>
        </div>
      </form>
    </div>
  );
}
