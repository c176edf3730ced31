/** What a query has to show: its data, that it is still on its way, or why it failed. */

import type { ComponentChildren } from "preact";

import { Loading } from "./Loading";
import { Problem } from "./Problem";

interface Asked<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

export function Answer<T>({ of, children }: { of: Asked<T>; children: (data: T) => ComponentChildren }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error !== null) return <Problem error={of.error} again={() => void of.refetch()} />;
  return <Loading />;
}
