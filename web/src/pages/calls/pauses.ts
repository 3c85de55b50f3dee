/** Where in a recording nothing was recorded. Pure. */

import type { Pause } from "./queries";
import type { Span } from "./silence";

export interface PausedSpan extends Span {
  person: string | null;
}

/** Seconds from the recording's beginning (ms since 1970), as far as it goes. */
export function pausedSpans(pauses: readonly Pause[], began: number, length: number): PausedSpan[] {
  return pauses
    .map(({ started_at, ended_at, person }) => ({
      from: Math.max(0, (Date.parse(started_at) - began) / 1_000),
      to: ended_at === null ? length : Math.min(length, (Date.parse(ended_at) - began) / 1_000),
      person,
    }))
    .filter((span) => span.to > span.from);
}
