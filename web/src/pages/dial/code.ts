/** What is to be dialled, as an address tells it. Pure. */

const SCHEME = /^(?:web\+)?callward:(?:\/\/)?/i;
const MOST_DIGITS = 9;

/**
 * A client's short code: `71734`, `717-34`, `web+callward:71734`. `null` for what is none: a number
 * with a plus, or with more digits than a code has, is never dialled from a link.
 */
export function codeOf(written: string | null): string | null {
  if (written === null) return null;
  const shown = written.trim().replace(SCHEME, "").replace(/\/$/, "");
  if (!/^\d[\d -]*$/.test(shown)) return null;
  const digits = shown.replace(/\D/g, "");
  return digits.length >= 3 && digits.length <= MOST_DIGITS ? digits : null;
}
