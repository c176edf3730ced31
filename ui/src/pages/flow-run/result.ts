/** Where the result of a run is kept, as its state tells it. */

export interface Reference {
  storage_key: string;
  storage_block_id: string | null;
  expiration: string | null;
  serializer: { type: string } | null;
}

/** The reference in the data of a state; null where nothing is kept. */
export function kept(data: unknown): Reference | null {
  if (data === null || typeof data !== "object" || !("storage_key" in data)) return null;
  const { storage_key, storage_block_id, expiration, serializer } = data as Partial<Reference>;
  if (typeof storage_key !== "string") return null;
  return {
    storage_key,
    storage_block_id: storage_block_id ?? null,
    expiration: expiration ?? null,
    serializer: serializer ?? null,
  };
}
