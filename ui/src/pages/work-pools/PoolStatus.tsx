/** Whether a pool or a queue is served: ready, not ready, paused. */

const LOOKS = {
  READY: ["good", "Ready"],
  NOT_READY: ["bad", "Not ready"],
  PAUSED: ["", "Paused"],
  ONLINE: ["good", "Online"],
  OFFLINE: ["bad", "Offline"],
} as const;

export function PoolStatus({ status }: { status: keyof typeof LOOKS | null }) {
  const [look, words] = LOOKS[status ?? "NOT_READY"];
  return (
    <span class="status">
      <span class={`dot ${look}`} aria-hidden />
      {words}
    </span>
  );
}
