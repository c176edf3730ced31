/** Markdown to nodes that hold no scripts, no forms and no styles of their own. */

import DOMPurify from "dompurify";
import { marked } from "marked";

const FORBIDDEN = ["style", "form", "input", "button", "textarea", "select", "iframe", "object", "embed", "svg", "math", "base", "meta", "link"];

export function fragment(text: string): DocumentFragment {
  const html = marked.parse(text, { gfm: true, async: false });
  const made = DOMPurify.sanitize(html, {
    FORBID_TAGS: FORBIDDEN,
    FORBID_ATTR: ["style", "srcset", "id", "name", "class"],
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|\/|#|\.|data:image\/(?:png|gif|jpeg|webp);)/i,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of made.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
  }
  for (const image of made.querySelectorAll("img")) {
    image.loading = "lazy";
    image.referrerPolicy = "no-referrer";
  }
  return made;
}
