/** Stands for a kind of block: its first letters, in a colour of its own; nothing is fetched from other hosts. */

export function Letter({ name }: { name: string }) {
  const hue = [...name].reduce((sum, each) => (sum * 31 + each.charCodeAt(0)) % 360, 7);
  const letters = name.split(/[\s-]+/).slice(0, 2).map((word) => word[0]?.toUpperCase()).join("");
  return (
    <span
      aria-hidden
      style={`display: inline-grid; place-items: center; flex: none; width: 2rem; height: 2rem; border-radius: var(--radius); background: light-dark(hsl(${hue} 55% 90%), hsl(${hue} 35% 22%)); color: light-dark(hsl(${hue} 70% 22%), hsl(${hue} 70% 86%)); font-weight: 650; font-size: var(--text-s)`}
    >
      {letters}
    </span>
  );
}
