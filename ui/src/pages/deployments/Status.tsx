/** Whether a deployment can run: ready, not ready (nobody asks for its runs), or paused. */

export function Status({ of }: { of: { paused: boolean; status: string | null } }) {
  const [look, words] = of.paused
    ? ["", "Paused"]
    : of.status === "READY"
      ? ["good", "Ready"]
      : ["bad", "Not ready"];
  return (
    <span class="status" title={words === "Not ready" ? "Nobody asks for its runs: no worker polls its queue" : words}>
      <span class={`dot ${look}`} aria-hidden />
      {words}
    </span>
  );
}
