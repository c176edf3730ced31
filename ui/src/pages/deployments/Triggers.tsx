/** The automations that have to do with a deployment. */

import { Plus } from "lucide-preact";
import { Link } from "wouter-preact";

import { useGet } from "../../api/queries";
import type { Deployment } from "./types";

export function Triggers({ of }: { of: Deployment }) {
  const found = useGet<{ id: string; name: string; enabled: boolean }[]>(
    `/automations/related-to/prefect.deployment.${of.id}`,
  );
  return (
    <section class="panel" aria-label="Triggers">
      <header>
        <h2>Triggers</h2>
        <Link
          class="button quiet icon small"
          style="margin-left: auto"
          aria-label="Add a trigger"
          href={`/automations/create?deployment=${of.id}&name=${encodeURIComponent(of.name)}`}
        >
          <Plus size={15} aria-hidden />
        </Link>
      </header>
      <ul class="inside stack" style="gap: var(--gap-2)">
        {(found.data ?? []).length === 0 && <li class="muted">No automation starts it or follows it.</li>}
        {found.data?.map((each) => (
          <li key={each.id} class="row">
            <span class={`dot ${each.enabled ? "good" : ""}`} title={each.enabled ? "On" : "Off"} />
            <Link class="cut" href={`/automations/automation/${each.id}`}>
              {each.name}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
