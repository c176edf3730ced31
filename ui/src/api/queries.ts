/** What pages have read from the API, kept while it is of use: one cache, shared by all pages. */

import { QueryClient, QueryObserver, type QueryKey, type QueryObserverResult } from "@tanstack/query-core";
import { useEffect, useMemo, useState } from "preact/hooks";

import { ApiError, Unreachable, api } from "./client";

/** For so many milliseconds what was read is shown again without a request. */
export const FRESH_FOR = 5_000;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_FOR,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => error instanceof Unreachable && count < 3,
      retryDelay: (count) => Math.min(500 * 2 ** count, 10_000),
    },
  },
});
queries.mount();

export interface Wanted<T> {
  key: QueryKey;
  read: (signal: AbortSignal) => Promise<T>;
  /** Milliseconds after which it is read again while it is shown; only where no stream tells of changes. */
  every?: number;
  enabled?: boolean;
  /** Keep showing what was read under the former key until the new answer is there. */
  keep?: boolean;
}

/** Read and show: the component is drawn again when the answer comes or changes. */
export function useQuery<T>(wanted: Wanted<T>): QueryObserverResult<T, Error> {
  const options = {
    queryKey: wanted.key,
    queryFn: ({ signal }: { signal: AbortSignal }) => wanted.read(signal),
    refetchInterval: wanted.every ?? (false as const),
    enabled: wanted.enabled ?? true,
    ...(wanted.keep ? { placeholderData: (before: T | undefined) => before } : {}),
  };
  // eslint-disable-next-line -- the observer lives as long as the component
  const observer = useMemo(() => new QueryObserver<T, Error, T, T>(queries, options as never), []);
  const [, draw] = useState(0);
  observer.setOptions(options as never);
  useEffect(() => observer.subscribe(() => draw((count) => count + 1)), [observer]);
  return observer.getOptimisticResult(queries.defaultQueryOptions(options as never) as never);
}

/** Ask the API with GET and show the answer. */
export function useGet<T>(path: string | null, more: Partial<Wanted<T>> = {}): QueryObserverResult<T, Error> {
  return useQuery<T>({
    key: ["GET", path],
    read: (signal) => api<T>("GET", path ?? "", { signal }),
    enabled: path !== null,
    ...more,
  });
}

/** Ask the API with POST (filters are bodies) and show the answer. */
export function usePost<T>(
  path: string | null,
  body: unknown,
  more: Partial<Wanted<T>> = {},
): QueryObserverResult<T, Error> {
  return useQuery<T>({
    key: ["POST", path, body],
    read: (signal) => api<T>("POST", path ?? "", { body, signal }),
    enabled: path !== null,
    ...more,
  });
}

/** Have everything that was read from addresses with one of these beginnings read again where it is shown. */
export function changed(...beginnings: string[]): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => {
      const path = queryKey[1];
      return typeof path === "string" && beginnings.some((each) => path.startsWith(each));
    },
  });
}

export { ApiError, Unreachable, api };
