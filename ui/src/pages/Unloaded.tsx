/** A page whose files could not be loaded: the server is away, or has another version of the UI by now. */

import { useEffect } from "preact/hooks";

import { boot } from "../boot";
import { status } from "../live/stream";
import { Problem } from "../parts/Problem";

const TRIED = "reloaded";
const TRY_AGAIN_AFTER = 10_000;

/** Load everything anew, once the server answers; not again and again. */
async function reload(): Promise<void> {
  if (Date.now() - Number(sessionStorage.getItem(TRIED) ?? 0) < TRY_AGAIN_AFTER) return;
  try {
    const answer = await fetch(`${boot.api}/health`);
    if (!answer.ok) return;
  } catch {
    return; // it is still away: the stream tells when it is back
  }
  sessionStorage.setItem(TRIED, String(Date.now()));
  location.reload();
}

export function Unloaded() {
  const isThere = status.value === "live";
  useEffect(() => void reload(), [isThere]);
  const text = "The server does not answer, so this page could not be loaded. It comes when the server is back.";
  return <Problem error={new Error(text)} again={() => location.reload()} />;
}
