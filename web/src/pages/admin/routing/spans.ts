import type { components } from "@/api/schema";

export type Week = Required<components["schemas"]["WeekModel"]>;

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

export type Day = (typeof DAYS)[number];

export interface Span {
  begin: string;
  end: string;
}

const DAY_MINUTES = 24 * 60;
const USUAL = "09:00-18:00";

/** What a week is where somebody begins to have hours. */
export const USUAL_WEEK: Week = Object.fromEntries(
  DAYS.map((day, n) => [day, n < 5 ? [USUAL] : []]),
) as unknown as Week;

/** As two fields show it: the end of a day is 00:00 there. Pure. */
export function parted(written: string): Span {
  const [begin = "", end = ""] = written.split("-");
  return { begin, end: end === "24:00" ? "00:00" : end };
}

/** As it is decided. Pure. */
export function joined({ begin, end }: Span): string {
  return `${begin}-${end === "00:00" ? "24:00" : end}`;
}

/** Minutes after midnight; `null` where the two fields make no part of a day. Pure. */
export function minutes(written: string): { from: number; to: number } | null {
  const found = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(written);
  if (found === null) return null;
  const [from = 0, to = 0] = [found.slice(1, 3), found.slice(3, 5)].map(([h, m]) => Number(h) * 60 + Number(m));
  return from < to && to <= DAY_MINUTES ? { from, to } : null;
}

/** Which of a day's spans make no part of it, or overlap with one before. Pure. */
export function wrong(spans: readonly string[]): boolean[] {
  const read = spans.map(minutes);
  return read.map((one, n) =>
    one === null || read.slice(0, n).some((other) => other !== null && one.from < other.to && other.from < one.to),
  );
}

/** Where a bar of one day begins and how long it is, in percent. Pure. */
export function bar(written: string): { left: number; width: number } | null {
  const read = minutes(written);
  return read && { left: (read.from / DAY_MINUTES) * 100, width: ((read.to - read.from) / DAY_MINUTES) * 100 };
}

/** One more for a day: after its last one, else the usual. Pure. */
export function another(spans: readonly string[]): string {
  const last = spans.map(minutes).at(-1);
  if (last === undefined || last === null || last.to >= DAY_MINUTES - 60) return USUAL;
  return `${clock(last.to + 60 > DAY_MINUTES - 60 ? last.to : last.to + 60)}-${clock(Math.min(last.to + 240, DAY_MINUTES))}`;
}

function clock(at: number): string {
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
}
