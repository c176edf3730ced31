/** Whether this tab hears from the server. */

import { useLive, heard, retry, status } from "../live/stream";
import { relative } from "../parts/time";

const WORDS = { live: "Live", connecting: "Connecting…", unreachable: "Server unreachable" };
const LOOKS = { live: "good", connecting: "", unreachable: "bad" };
const NONE: readonly string[] = [];

export function Connection() {
  useLive(NONE, () => undefined);
  const title = `Last heard of ${relative(new Date(heard.value))}`;
  return (
    <div class="connection" role="status" title={title}>
      <span class={`dot ${LOOKS[status.value]}`} />
      <span>{WORDS[status.value]}</span>
      {status.value === "unreachable" && (
        <button class="button small" style="height: 1.4rem" type="button" onClick={retry}>
          Retry
        </button>
      )}
    </div>
  );
}
