/** Warns before the page is left with something that was typed and not saved. */

import { useEffect, useRef } from "preact/hooks";

/** Tells to be called when it has been saved. */
export function useUnsaved(isChanged: boolean): () => void {
  const isOver = useRef(false);
  const isDirty = useRef(isChanged);
  isDirty.current = isChanged;
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent): void => {
      if (isDirty.current && !isOver.current) event.preventDefault();
    };
    const clicked = (event: MouseEvent): void => {
      const link = (event.target as HTMLElement).closest?.("a[href]");
      if (!link || link.getAttribute("target") === "_blank" || !isDirty.current || isOver.current) return;
      if (!window.confirm("Leave this page? What you have changed is not saved.")) {
        event.preventDefault();
        event.stopPropagation();
      } else isOver.current = true;
    };
    addEventListener("beforeunload", leaving);
    document.addEventListener("click", clicked, true);
    return () => {
      removeEventListener("beforeunload", leaving);
      document.removeEventListener("click", clicked, true);
    };
  }, []);
  return () => void (isOver.current = true);
}
