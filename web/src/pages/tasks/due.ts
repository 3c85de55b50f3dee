/** When tasks are to be done, as people choose and read it. Pure. */

import { locale } from "@/ui/time";

export const DUES = ["today", "tomorrow", "week"] as const;
export type Due = (typeof DUES)[number];

const EVENING = 18;

/** The evening of that day, by the reader's clock; today's, where it is past already: in an hour. */
export function dueAt(due: Due, now: Date): Date {
  const days = { today: 0, tomorrow: 1, week: 7 }[due];
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, EVENING);
  return at > now ? at : new Date(now.getTime() + 3_600_000);
}

/** The first instant of the day that follows. */
export function endOfDay(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
}

/** Until when: the hour for today, the day for all else (with its hour where it has one). */
export function untilText(at: Date, now: Date, language: string): string {
  if (at.toDateString() === now.toDateString()) {
    return new Intl.DateTimeFormat(locale(language), { hour: "2-digit", minute: "2-digit" }).format(at);
  }
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale(language), { day: "numeric", month: "short", year }).format(at);
}

/** What an `<input type="datetime-local">` holds. */
export function toLocalInput(at: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The instant that such an input means; `null` for none. */
export function fromLocalInput(written: string): string | null {
  const at = new Date(written);
  return written === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}
