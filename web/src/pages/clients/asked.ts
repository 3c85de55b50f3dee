/** What somebody wrote into the search: a number, an e-mail, a short code, or words. */
export type Asked =
  | { by: "number" | "email" | "code" | "q"; text: string }
  | { by: "hidden"; field: "phones" | "emails" };

const DIGITS_OF_A_NUMBER = 7;

/** How to ask for it, by who sees which fields; `null` for nothing. */
export function asked(written: string, hidden: readonly string[]): Asked | null {
  const text = written.trim();
  if (text === "") return null;
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) {
    return hidden.includes("emails") ? { by: "hidden", field: "emails" } : { by: "email", text };
  }
  const digits = text.replace(/\D/g, "");
  if (/^[+\d\s().\-–]+$/.test(text) && digits.length > 0) {
    if (!text.startsWith("+") && digits.length < DIGITS_OF_A_NUMBER) {
      return { by: "code", text: digits };
    }
    return hidden.includes("phones") ? { by: "hidden", field: "phones" } : { by: "number", text };
  }
  return { by: "q", text };
}

/** Whether it may stand in the address, and so in the browser's history: nothing by which a client
 * can be reached. */
export function isForAddress(written: string): boolean {
  const found = asked(written, []);
  return found === null || found.by === "q" || found.by === "code";
}
