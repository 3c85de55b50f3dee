/** One time axis under the picture of a call and under its sound. Pure. */

export interface Axis {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

/** Steps that people read, in seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400] as const;

/** From the first instant to the last, at least a second long; `null` where there are none. */
export function axisOf(instants: Iterable<number>): Axis | null {
  let from = Infinity;
  let to = -Infinity;
  for (const at of instants) {
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return from === Infinity ? null : { from, to: Math.max(to, from + 1_000) };
}

/** Where an instant stands, 0 to 1; what lies outside stands at the edge. */
export function place(axis: Axis, at: number): number {
  return Math.min(1, Math.max(0, (at - axis.from) / (axis.to - axis.from)));
}

/** The instant at that place. */
export function instantAt(axis: Axis, where: number): number {
  return axis.from + Math.min(1, Math.max(0, where)) * (axis.to - axis.from);
}

/** Seconds from the beginning at which to write the time: the finest step with at most `most`. */
export function ticks(axis: Axis, most: number): number[] {
  const length = (axis.to - axis.from) / 1_000;
  const step = STEPS.find((one) => length / one <= most) ?? Math.ceil(length / most / 3_600) * 3_600;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, at) => at * step);
}
