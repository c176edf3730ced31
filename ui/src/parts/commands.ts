/** What can be done from the palette: commands of the whole UI, and those that the page shown offers. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export interface Command {
  name: string;
  /** Other words that it is looked for with. */
  words?: string;
  do?: () => void;
  href?: string;
}

export type Offer = () => readonly (Command | false | null | undefined)[];

const offers = signal<readonly { current: Offer }[]>([]);

/** While the component is shown the palette has its commands, too. */
export function useCommands(offer: Offer): void {
  const own = useRef(offer);
  own.current = offer;
  useEffect(() => {
    offers.value = [...offers.value, own];
    return () => {
      offers.value = offers.value.filter((each) => each !== own);
    };
  }, []);
}

export function offered(): Command[] {
  return offers.value.flatMap(({ current }) => current().filter((each): each is Command => Boolean(each)));
}

/** Commands whose name or words have all words of a text, those whose name begins with it first. */
export function fitting(commands: readonly Command[], text: string): Command[] {
  const low = text.trim().toLowerCase();
  const words = low.split(/\s+/);
  const fits = ({ name, words: others = "" }: Command): boolean => {
    const all = `${name} ${others}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const rank = ({ name }: Command): number => (name.toLowerCase().startsWith(low) ? 0 : 1);
  return commands.filter(fits).sort((one, other) => rank(one) - rank(other));
}

/** What is to be done with what is found by name: `run nightly` is the verb `run` and the rest. */
export function spoken<T extends string>(text: string, verbs: readonly T[]): { verb: T; rest: string } | null {
  const [, first = "", rest = ""] = /^\s*(\S+)\s+(\S.*)$/.exec(text) ?? [];
  const verb = verbs.find((each) => each === first.toLowerCase());
  return verb ? { verb, rest: rest.trim() } : null;
}
