/** What an artifact shows, by its type. */

import { useState } from "preact/hooks";

import { Json } from "../../parts/Json";
import { Markdown } from "../../parts/Markdown";
import { Table } from "./Table";
import type { Artifact } from "./types";

export function Body({ of }: { of: Artifact }) {
  switch (of.type) {
    case "markdown":
      return <Markdown text={String(of.data ?? "")} />;
    case "table":
      return <Table data={of.data} name={of.key ?? of.id} />;
    case "progress":
      return <Progress value={Number(of.data)} />;
    case "image":
      return <Picture address={String(of.data ?? "")} />;
    default:
      return typeof of.data === "string" ? <pre class="snippet" style="white-space: pre-wrap">{of.data}</pre> : <Json value={of.data} />;
  }
}

function Progress({ value }: { value: number }) {
  const shown = Math.max(0, Math.min(100, Number.isFinite(value) ? value : 0));
  return (
    <span class="row">
      <progress max={100} value={shown} aria-label="Progress" style="flex: 1; height: 1rem; accent-color: var(--accent)" /> {shown} %
    </span>
  );
}

function Picture({ address }: { address: string }) {
  const [isBroken, setBroken] = useState(false);
  const isAllowed = /^(https?:|data:image\/(png|gif|jpeg|webp);|\/)/i.test(address);
  if (isBroken || !isAllowed)
    return (
      <p class="muted">
        The picture could not be loaded from <code>{address}</code>
      </p>
    );
  return <img src={address} alt="What the artifact shows" style="max-width: 100%" referrerpolicy="no-referrer" onError={() => setBroken(true)} />;
}
