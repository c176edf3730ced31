/** What stands around every page: the way to all others, whether the server is there, and what was just done. */

import { type LucideIcon, Menu, PanelLeft, Search, Settings } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import { boot } from "../boot";
import { choose, preferences } from "../preferences";
import { Connection } from "./Connection";
import { Keys } from "./Keys";
import { Outage } from "./Outage";
import { openPalette, Palette } from "./Palette";
import { PLACES } from "./places";
import { Toasts } from "./Toasts";

function Navigation({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const [address] = useLocation();
  const isAt = (path: string): boolean => address === path || address.startsWith(`${path}/`);
  const link = (path: string, name: string, Icon: LucideIcon) => (
    <Link key={path} href={path} aria-current={isAt(path) ? "page" : undefined} title={name} onClick={close}>
      <Icon size={16} aria-hidden />
      <span>{name}</span>
    </Link>
  );
  return (
    <nav class={`navigation ${isOpen ? "open" : ""}`} aria-label="Main">
      <Link href="/dashboard" class="brand" onClick={close}>
        <img src="./favicon.svg" width="20" height="20" alt="" />
        <span>Prefect</span>
      </Link>
      <button type="button" class="find" title="Search everything (Ctrl+K)" onClick={() => (close(), openPalette())}>
        <Search size={15} aria-hidden />
        <span>
          Search<span class="hidden-text"> everything</span>
        </span>
        <kbd aria-hidden>Ctrl K</kbd>
      </button>
      {PLACES.map(([path, name, icon]) => link(path, name, icon))}
      <div class="bottom stack" style="gap: 1px">
        {link("/settings", "Settings", Settings)}
        <button
          type="button"
          title="Fold the navigation (Ctrl+B)"
          onClick={() => choose({ navigation: preferences.value.navigation === "wide" ? "narrow" : "wide" })}
        >
          <PanelLeft size={16} aria-hidden />
          <span>{boot.version ? `v${boot.version}` : "Fold"}</span>
        </button>
        <Connection />
      </div>
    </nav>
  );
}

/** By hand: the address is relative to the base of the page, which is another one. */
function toContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

export function Shell({ children }: { children: ComponentChildren }) {
  const [isOpen, open] = useState(false);
  const [address] = useLocation();
  useEffect(() => {
    const fold = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === "b") {
        event.preventDefault();
        choose({ navigation: preferences.value.navigation === "wide" ? "narrow" : "wide" });
      }
      if (event.key === "Escape") open(false);
    };
    addEventListener("keydown", fold);
    return () => removeEventListener("keydown", fold);
  }, []);
  if (address === "/login") return <>{children}</>;
  return (
    <div class={`shell ${preferences.value.navigation}`}>
      <a class="skip button" href="#content" onClick={toContent}>
        Go to the content
      </a>
      <Navigation isOpen={isOpen} close={() => open(false)} />
      <main id="content" tabIndex={-1} style="min-width: 0; outline: none">
        <div class="row open-navigation" style="padding: var(--gap-2) var(--gap-3) 0">
          <button class="button icon" type="button" aria-label="Open the navigation" onClick={() => open(true)}>
            <Menu size={16} aria-hidden />
          </button>
          <button class="button icon" type="button" aria-label="Search" onClick={() => openPalette()}>
            <Search size={16} aria-hidden />
          </button>
        </div>
        <Outage />
        {children}
      </main>
      <Palette />
      <Keys />
      <Toasts />
    </div>
  );
}
