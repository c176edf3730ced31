/** Markdown that somebody wrote, made harmless; the libraries come when the first text is shown. */

import { useEffect, useRef, useState } from "preact/hooks";

import "./markdown.css";

export function Markdown({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [isMade, setMade] = useState(false);
  useEffect(() => {
    let isShown = true;
    void import("./markdown").then(({ fragment }) => {
      if (!isShown || !place.current) return;
      place.current.replaceChildren(fragment(text));
      setMade(true);
    });
    return () => void (isShown = false);
  }, [text]);
  return (
    <>
      {!isMade && <pre style="white-space: pre-wrap">{text}</pre>}
      <div ref={place} class="markdown" />
    </>
  );
}
