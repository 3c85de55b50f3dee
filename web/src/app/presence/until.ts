/** Until when somebody is away, as it is chosen. Pure. */

export const LENGTHS = ["open", "15", "30", "60", "120", "tomorrow", "own"] as const;
export type Length = (typeof LENGTHS)[number];

const MORNING = 9;

export function isLength(text: string): text is Length {
  return LENGTHS.some((one) => one === text);
}

/**
 * The instant that is meant; `null`: until he is back. `own`: what he typed, or `null` where that is none; by the
 * reader's clock.
 */
export function untilAt(length: Length, now: Date, own: string | null): string | null {
  switch (length) {
    case "open":
      return null;
    case "own":
      return own;
    case "tomorrow":
      return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING).toISOString();
    default:
      return new Date(now.getTime() + Number(length) * 60_000).toISOString();
  }
}
