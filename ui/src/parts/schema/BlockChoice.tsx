/** Picks a saved block of one type; the value is a reference to it. */

import { ExternalLink } from "lucide-preact";

import { usePost } from "../../api/queries";
import { boot } from "../../boot";
import { isObject, type Value } from "./model";

interface Saved {
  id: string;
  name: string;
}

interface Props {
  id: string;
  slug: string;
  value: Value;
  change: (value: Value) => void;
}

export function BlockChoice({ id, slug, value, change }: Props) {
  const found = usePost<Saved[]>("/block_documents/filter", {
    block_types: { slug: { any_: [slug] } },
    block_documents: { is_anonymous: { eq_: false } },
  });
  const chosen = referenceIn(value);
  return (
    <span class="row">
      <select
        id={id}
        class="input"
        value={chosen ?? ""}
        onChange={(event) => {
          const document = event.currentTarget.value;
          change(document === "" ? undefined : { $ref: { block_document_id: document } });
        }}
      >
        <option value="">{found.data?.length === 0 ? `No ${slug} block is saved yet` : "Choose a block …"}</option>
        {found.data?.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </select>
      <a class="button" href={`${boot.base}/blocks/catalog/${slug}/create`} target="_blank" rel="noreferrer">
        New <ExternalLink size={13} aria-hidden />
      </a>
    </span>
  );
}

/** The id in a reference, however it is written. */
export function referenceIn(value: Value): string | null {
  if (typeof value === "string") return value;
  if (!isObject(value)) return null;
  const told = value["$ref"];
  if (typeof told === "string") return told;
  if (isObject(told) && typeof told["block_document_id"] === "string") return told["block_document_id"];
  return typeof value["block_document_id"] === "string" ? value["block_document_id"] : null;
}
