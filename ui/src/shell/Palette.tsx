/** Finds everything and goes there, and does what can be done: Ctrl+K, Cmd+K or `/`. */

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";

import { useGet } from "../api/queries";
import { fitting, offered, spoken, type Command } from "../parts/commands";
import { isTyping } from "../parts/shortcuts";
import { choose, preferences } from "../preferences";
import { PLACES } from "./places";
import { NAMES, VERBS, type Found } from "./verbs";

interface Option {
  key: string;
  kind: string;
  name: string;
  detail: string | null;
  take: () => void;
}

const isOpen = signal(false);
const MOST_COMMANDS = 6;

export function openPalette(): void {
  isOpen.value = true;
}

export function Palette() {
  useEffect(() => {
    const open = (event: KeyboardEvent): void => {
      const isWanted = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !isTyping(event));
      if (isWanted) {
        event.preventDefault();
        openPalette();
      }
    };
    addEventListener("keydown", open);
    return () => removeEventListener("keydown", open);
  }, []);
  return isOpen.value ? <Opened /> : null;
}

function general(): Command[] {
  const { theme, navigation } = preferences.value;
  const isDark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  return [
    { name: `Switch to the ${isDark ? "light" : "dark"} theme`, words: "toggle colour", do: () => choose({ theme: isDark ? "light" : "dark" }) },
    {
      name: `${navigation === "wide" ? "Fold" : "Unfold"} the navigation`,
      do: () => choose({ navigation: navigation === "wide" ? "narrow" : "wide" }),
    },
    ...PLACES.map(([href, name]) => ({ name: `Go to ${name}`, href })),
    { name: "Go to Settings", href: "/settings" },
    { name: "Compare runs", href: "/compare" },
    { name: "Make a work pool", words: "new create add", href: "/work-pools/create" },
    { name: "Make an automation", words: "new create add", href: "/automations/create" },
    { name: "Make a block", words: "new create add", href: "/blocks/catalog" },
  ];
}

const HINTS: readonly Option[] = NAMES.map((verb) => ({
  key: verb,
  kind: "verb",
  name: `${verb} …`,
  detail: `and the name of a ${VERBS[verb][0].join(", ")}`,
  take: () => undefined,
}));

function Opened() {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [, go] = useLocation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const asked = spoken(text, NAMES);
  const wanted = (asked?.rest ?? text).trim();
  const path = wanted ? `/ui/search?limit=${asked ? 50 : 20}&q=${encodeURIComponent(wanted)}` : null;
  const found = useGet<{ results: Found[] }>(path, { keep: true });
  const close = (): void => {
    isOpen.value = false;
  };
  const command = (each: Command): Option => ({
    key: `command ${each.name}`,
    kind: "do",
    name: each.name,
    detail: null,
    take: () => (each.href === undefined ? each.do?.() : go(each.href)),
  });
  const results = wanted ? (found.data?.results ?? []) : [];
  const commands = fitting([...offered(), ...general()], text).map(command);
  const all: readonly Option[] = asked
    ? results
        .filter(({ kind }) => VERBS[asked.verb][0].includes(kind))
        .map((each) => ({
          ...each,
          key: each.path,
          name: `${asked.verb.charAt(0).toUpperCase()}${asked.verb.slice(1)} ${each.name}`,
          take: () => void VERBS[asked.verb][1](each, go),
        }))
    : wanted
      ? [
          ...results.map((each) => ({ ...each, key: each.path, take: () => go(each.path) })),
          ...commands.slice(0, MOST_COMMANDS),
          ...HINTS.filter(({ key }) => key === wanted.toLowerCase()).map((hint) => ({ ...hint, take: () => setText(`${hint.key} `) })),
          ...(results.length > 0
            ? [{ key: "all", kind: "search", name: `All that is called ${wanted}`, detail: null, take: () => go(`/search?q=${encodeURIComponent(wanted)}`) }]
            : []),
        ]
      : commands;
  const take = (option: Option | undefined): void => {
    if (!option) return;
    if (option.kind !== "verb") close();
    option.take();
  };
  const chosen = all[at];
  useEffect(() => dialog.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [at]);
  return (
    <dialog
      ref={dialog}
      aria-label="Search everything"
      class="palette"
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="dialog" style="gap: var(--gap-2); padding: var(--gap-3)">
        <input
          class="input"
          autoFocus
          role="combobox"
          aria-expanded={all.length > 0}
          aria-controls="found"
          aria-activedescendant={chosen ? `found-${at}` : undefined}
          aria-label="Search everything"
          placeholder="A name, an id, or what to do: run …, cancel …, pause …"
          value={text}
          onInput={(event) => (setText(event.currentTarget.value), setAt(0))}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") setAt(Math.min(at + 1, all.length - 1));
            else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
            else if (event.key === "Enter") take(chosen);
            else return;
            event.preventDefault();
          }}
        />
        <div id="found" role="listbox" aria-label="Found" class="menu palette-list">
          {all.map((option, index) => (
            <button
              key={option.key}
              id={`found-${index}`}
              type="button"
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onClick={() => take(option)}
              onMouseMove={() => setAt(index)}
            >
              <span class="tag">{option.kind}</span>
              <span class="cut">{option.name}</span>
              <span class="muted cut">{option.detail}</span>
            </button>
          ))}
        </div>
        {wanted && found.data && all.length === 0 && (
          <p class="empty" role="status">
            {asked ? `There is no ${VERBS[asked.verb][0].join(", ")} of that name.` : "Nothing is called that."}
          </p>
        )}
      </div>
    </dialog>
  );
}
