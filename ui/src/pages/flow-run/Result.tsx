/** What a run has returned: where it is kept, and what it is where the server may read it. */

import { Link } from "wouter-preact";

import { ApiError } from "../../api/client";
import { usePost } from "../../api/queries";
import { CopyButton } from "../../parts/Copy";
import { Empty } from "../../parts/Empty";
import { Facts } from "../../parts/Facts";
import { Json } from "../../parts/Json";
import { Time } from "../../parts/Time";
import { kept, type Reference } from "./result";

const SNIPPET = `@flow(persist_result=True)
def report():
    return {"rows": 42}`;

export function Result({ data, isOver }: { data: unknown; isOver: boolean }) {
  const found = kept(data);
  if (found === null) {
    return (
      <section class="panel">
        <Empty title={isOver ? "No result is kept" : "No result yet"} snippet={SNIPPET}>
          What a run returns is kept where the flow or the task says so:
        </Empty>
      </section>
    );
  }
  return <Kept of={found} />;
}

function Kept({ of }: { of: Reference }) {
  const body = { key: of.storage_key, path: of.storage_key };
  const isText = of.serializer?.type === "json";
  const asked = usePost<{ content: string }>(isText ? "/results/read" : null, body);
  const isElsewhere = asked.error instanceof ApiError && asked.error.status === 404;
  return (
    <section class="panel stack inside-2" aria-label="Result">
      <Facts
        of={[
          [
            "Place",
            <span key="p" class="row">
              <code style="overflow-wrap: anywhere">{of.storage_key}</code>
              <CopyButton text={of.storage_key} name="Copy the place" />
            </span>,
          ],
          [
            "Storage",
            of.storage_block_id ? (
              <Link key="b" href={`/blocks/block/${of.storage_block_id}`}>
                the block {of.storage_block_id}
              </Link>
            ) : (
              "files of the machine that ran it"
            ),
          ],
          ["Written as", of.serializer?.type ?? "unknown"],
          ["Kept until", <Time key="e" at={of.expiration} none="it is deleted" />],
        ]}
      />
      {!isText && <p class="muted">Only a program can read it: it is no text. Results that are written as JSON are shown here.</p>}
      {isElsewhere && <p class="muted">The server does not have it: it is where it was written.</p>}
      {asked.error && !isElsewhere && <p role="alert">{asked.error.message}</p>}
      {asked.data && <Json value={valueOf(asked.data.content)} name="result" />}
    </section>
  );
}

/** What a text says: the value of JSON, else the text as it is. */
function valueOf(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return content;
  }
}
