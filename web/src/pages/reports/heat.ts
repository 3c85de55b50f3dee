/** The hours of a week as a picture. Pure. */

import type { components } from "@/api/schema";

type HourFigures = components["schemas"]["HourFigures"];

export const MEASURES = ["inbound", "missed", "outbound", "waiting"] as const;
export type Measure = (typeof MEASURES)[number];

export interface Cell {
  value: number | null;
  /** From 0 to 4: how dark. */
  shade: number;
}

const SHADES = 4;

/** Seven rows of 24 cells, Monday's first. */
export function heat(items: readonly HourFigures[], measure: Measure): Cell[][] {
  const values = new Map(items.map((one) => [place(one.weekday, one.hour), valueOf(one, measure)]));
  const most = Math.max(0, ...[...values.values()].map((value) => value ?? 0));
  return Array.from({ length: 7 }, (_day, day) =>
    Array.from({ length: 24 }, (_hour, hour) => {
      const value = values.get(place(day + 1, hour)) ?? null;
      return { value, shade: value === null || most === 0 ? 0 : Math.ceil((value / most) * SHADES) };
    }),
  );
}

/** By hour of the day, all weekdays together; of what can be added up. */
export function byHour(items: readonly HourFigures[]): { hour: string; answered: number; missed: number; outbound: number }[] {
  return Array.from({ length: 24 }, (_hour, hour) => {
    const those = items.filter((one) => one.hour === hour);
    const sum = (of: (one: HourFigures) => number) => those.reduce((all, one) => all + of(one), 0);
    return {
      hour: String(hour).padStart(2, "0"),
      answered: sum((one) => one.answered),
      missed: sum((one) => one.missed),
      outbound: sum((one) => one.outbound),
    };
  });
}

function valueOf(one: HourFigures, measure: Measure): number | null {
  return measure === "waiting" ? one.waiting.median : one[measure];
}

function place(weekday: number, hour: number): number {
  return weekday * 24 + hour;
}
