/** What was typed one in a line; empty ones are left out. Pure. */
export function lines(typed: string): string[] {
  return typed
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
