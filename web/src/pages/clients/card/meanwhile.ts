import { Problem } from "@/api/problem";

/** What to do where somebody else was quicker. */
export type Meanwhile =
  /** They changed other fields: what I wrote can be kept beside theirs. */
  | { kind: "apart"; by: string[]; fields: string[] }
  /** They changed the very same: a person decides. */
  | { kind: "clash"; by: string[]; fields: string[] };

/** The refusal of a change, where it says that the card was changed since; else `null`. */
export function meanwhile(problem: unknown, mine: readonly string[]): Meanwhile | null {
  if (!(problem instanceof Problem) || problem.code !== "edited_since") return null;
  const fields = strings(problem.about["fields"]);
  const by = strings(problem.about["by"]);
  const both = fields.filter((field) => mine.includes(field));
  return both.length > 0 ? { kind: "clash", by, fields: both } : { kind: "apart", by, fields };
}

/** Whether the card, or the right to it, was taken away while the page was open. */
export function isGone(problem: unknown): boolean {
  const gone = ["client_not_found", "given_away", "client_archived", "client_merged"];
  return problem instanceof Problem && gone.includes(problem.code);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
