/** Where nobody speaks, by the peaks of both channels. Pure. */

export interface Span {
  /** Seconds. */
  from: number;
  to: number;
}

/** Of 255: about -38 dBFS, above a line's hiss and below any voice. */
const QUIET = 3;
const SHORTEST_SECONDS = 1.5;
/** So much of it is left at either end: words have quiet beginnings and ends. */
const KEPT_SECONDS = 0.3;

/** Stretches to skip, in order; `peaks` are of equal stretches of `seconds`. */
export function silences(
  customer: readonly number[],
  company: readonly number[],
  seconds: number,
): Span[] {
  const count = Math.max(customer.length, company.length);
  if (count === 0 || seconds <= 0) return [];
  const bucket = seconds / count;
  const found: Span[] = [];
  let began: number | null = null;
  for (let at = 0; at <= count; at++) {
    const isQuiet = at < count && (customer[at] ?? 0) <= QUIET && (company[at] ?? 0) <= QUIET;
    if (isQuiet) {
      began ??= at;
    } else if (began !== null) {
      const from = began === 0 ? 0 : began * bucket + KEPT_SECONDS;
      const to = at === count ? seconds : at * bucket - KEPT_SECONDS;
      if ((at - began) * bucket >= SHORTEST_SECONDS && to > from) found.push({ from, to });
      began = null;
    }
  }
  return found;
}

/** Where to go on from a place within a silence; `null` where somebody speaks. */
export function behind(spans: readonly Span[], at: number): number | null {
  const inside = spans.find((span) => at >= span.from && at < span.to);
  return inside === undefined ? null : inside.to;
}

/** How much there is to skip, in seconds. */
export function total(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + span.to - span.from, 0);
}
