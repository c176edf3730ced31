/** What the server says in the index page: where the UI and the API are, and how to sign in. */

export interface Boot {
  /** Path under which the UI is mounted, without a slash at its end ("" at the root). */
  base: string;
  /** Address of the API, without a slash at its end; relative to the page's host unless configured. */
  api: string;
  auth: "BASIC" | null;
  csrf: boolean;
  version: string;
}

function read(): Boot {
  const text = document.getElementById("boot")?.textContent?.trim();
  const told = text ? (JSON.parse(text) as Partial<Boot>) : {};
  return {
    base: (told.base ?? "").replace(/\/$/, ""),
    api: (told.api ?? "/api").replace(/\/$/, ""),
    auth: told.auth ?? null,
    csrf: told.csrf ?? false,
    version: told.version ?? "",
  };
}

export const boot: Boot = read();
