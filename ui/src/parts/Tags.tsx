/** Tags, the first of them; the others when pointed at. */

export function Tags({ tags, most = 3 }: { tags: readonly string[]; most?: number }) {
  const hidden = tags.slice(most);
  return (
    <span class="row" style="gap: 4px">
      {tags.slice(0, most).map((tag) => (
        <span key={tag} class="tag">
          {tag}
        </span>
      ))}
      {hidden.length > 0 && (
        <span class="tag" title={hidden.join(", ")}>
          +{hidden.length}
        </span>
      )}
    </span>
  );
}
