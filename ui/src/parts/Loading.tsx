/** Stands where content will be. It says nothing for the moments that most answers take. */

export function Loading({ lines = 3 }: { lines?: number }) {
  return (
    <div class="stack inside" aria-busy="true" aria-label="Loading" style="padding: var(--gap-4)">
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} class="skeleton" style={`width: ${88 - ((line * 23) % 45)}%`} />
      ))}
    </div>
  );
}
