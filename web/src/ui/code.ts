/** A client's short code. Pure. */

/**
 * `7174` as people say it: `717-4`, its check digit apart. It is dialled and found without the hyphen
 * too. `null`, of a client who has none or whose code is not told, stays `null`.
 */
export function sayCode(code: string): string;
export function sayCode(code: string | null): string | null;
export function sayCode(code: string | null): string | null {
  return code === null ? null : `${code.slice(0, -1)}-${code.slice(-1)}`;
}
