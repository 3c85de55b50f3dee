/** Which days a report is on, as it stands in the address. */

import { choice } from "@/ui/useFilters";

export const PRESETS = ["today", "yesterday", "7", "30", "90"] as const;
export type Preset = (typeof PRESETS)[number];
export const USUAL: Preset = "30";

/** A day as the browser's date fields write it: `2026-01-31`. */
const day = {
  read: (written: string) => (/^\d{4}-\d\d-\d\d$/.test(written) && !Number.isNaN(Date.parse(written)) ? written : null),
  write: (value: string) => value,
};

/** `from` and `to` are days of one's own; without them `days` counts. */
export const RANGE = { days: choice(...PRESETS), from: day, to: day } as const;

export interface Range {
  days: Preset | null;
  from: string | null;
  to: string | null;
}

/** Both days are part of it. */
export interface Span {
  since: string;
  until: string;
}

/** The days of a range, where today is `today`. Pure. */
export function spanOf(range: Range, today: Date): Span {
  if (range.from !== null || range.to !== null) {
    const until = range.to ?? dayBefore(today, 0);
    const since = range.from ?? until;
    return since <= until ? { since, until } : { since: until, until: since };
  }
  const preset = range.days ?? USUAL;
  if (preset === "yesterday") return { since: dayBefore(today, 1), until: dayBefore(today, 1) };
  const back = preset === "today" ? 0 : Number(preset) - 1;
  return { since: dayBefore(today, back), until: dayBefore(today, 0) };
}

function dayBefore(today: Date, days: number): string {
  const at = new Date(today.getFullYear(), today.getMonth(), today.getDate() - days);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
