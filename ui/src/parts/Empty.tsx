/** Where there is nothing yet: says what would be here, and how it comes to be. */

import type { ComponentChildren } from "preact";

import { Snippet } from "./Copy";

interface Props {
  title: string;
  children?: ComponentChildren;
  snippet?: string;
}

export function Empty({ title, children, snippet }: Props) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {snippet && <Snippet text={snippet} />}
    </div>
  );
}
