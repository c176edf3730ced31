/** Loads the timeline when the page that shows it is there. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Loading } from "../../parts/Loading";

interface Props {
  id: string;
  isOver: boolean;
}

export function LazyTimeline(props: Props) {
  const [loaded, load] = useState<{ body: ComponentType<Props> } | null>(null);
  useEffect(() => void import("../../timeline/Timeline").then((module) => load({ body: module.Timeline })), []);
  const Body = loaded?.body;
  return (
    <section class="panel" aria-label="Timeline" style="min-height: 18rem">
      {Body ? <Body {...props} /> : <Loading />}
    </section>
  );
}
