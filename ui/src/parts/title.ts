/** The title and the icon of the tab: what is looked at, and in which state it is. */

import { useEffect } from "preact/hooks";

import { colourOf } from "./StateBadge";

const NAME = "Prefect";

export function useTitle(text: string, state?: string | null): void {
  useEffect(() => {
    document.title = text ? `${text} · ${NAME}` : NAME;
    const icon = document.querySelector<HTMLLinkElement>("#favicon");
    if (!icon || !state) return;
    const before = icon.href;
    const colour = getComputedStyle(document.documentElement).getPropertyValue(`--${colourOf(state)}-fill`).trim();
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${colour}"/></svg>`;
    icon.href = `data:image/svg+xml,${encodeURIComponent(picture)}`;
    return () => {
      icon.href = before;
      document.title = NAME;
    };
  }, [text, state]);
}
