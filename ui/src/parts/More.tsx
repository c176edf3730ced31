/** The way to the rest of a list that is told in pages. */

export function More({ more }: { more: (() => void) | undefined }) {
  if (!more) return null;
  return (
    <p class="row" style="justify-content: center; padding: var(--gap-3)">
      <button class="button small" type="button" onClick={more}>
        Show more
      </button>
    </p>
  );
}
