/** Counts in words: exact up to the bound that the server counts to. */

import type { Counted } from "../api/types";

const format = new Intl.NumberFormat();

export function counted(count: Counted | null | undefined): string {
  if (!count) return "";
  return count.is_exact ? format.format(count.value) : `${format.format(count.value)}+`;
}

export function number(value: number): string {
  return format.format(value);
}
