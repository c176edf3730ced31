/** Tells on top of every page that the server has not answered for a while: what is shown may be old. */

import { useEffect, useState } from "preact/hooks";

import { heard, retry, status } from "../live/stream";
import { Time } from "../parts/Time";

const PATIENCE = 4_000;

export function Outage() {
  const [isLong, setLong] = useState(false);
  const isAway = status.value !== "live";
  useEffect(() => {
    if (!isAway) return setLong(false);
    const wait = setTimeout(() => setLong(!document.hidden), PATIENCE);
    return () => clearTimeout(wait);
  }, [isAway]);
  if (!isAway || !isLong) return null;
  return (
    <div class="outage" role="status">
      <span>
        Nothing was heard of the server since <Time at={new Date(heard.value).toISOString()} />. What is shown may be old; it is
        brought up to date as soon as the server is back.
      </span>
      <button class="button small" type="button" onClick={retry}>
        Try now
      </button>
    </div>
  );
}
