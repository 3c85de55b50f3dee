import { locale } from "@/ui/time";

/** 2024 began on a Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

interface Days {
  days: string;
  /** `09:00–13:00, 14:00–18:00`; empty on a day that is closed. */
  spans: string;
}

/** Of the seven days, from Monday: "Mon". Pure. */
export function dayNames(language: string, weekday: "short" | "long" = "long"): string[] {
  const format = new Intl.DateTimeFormat(locale(language), { weekday, timeZone: "UTC" });
  return [0, 1, 2, 3, 4, 5, 6].map((day) => format.format(new Date(MONDAY + day * DAY_MS)));
}

/** Days in a row that have the same hours as one line, from Monday. Pure. */
export function grouped(hours: readonly (readonly string[])[], language: string): Days[] {
  const names = dayNames(language, "short");
  const name = (day: number) => names[day] ?? "";
  const lines: { from: number; to: number; spans: string }[] = [];
  hours.forEach((spans, day) => {
    const written = spans.map((span) => span.replace("-", "–")).join(", ");
    const last = lines.at(-1);
    if (last?.spans === written) last.to = day;
    else lines.push({ from: day, to: day, spans: written });
  });
  return lines.map(({ from, to, spans }) => ({
    days: from === to ? name(from) : `${name(from)} – ${name(to)}`,
    spans,
  }));
}
