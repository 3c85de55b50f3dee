import type { Subject } from "../subject";
import type { Rule, Wanted } from "./queries";

/** What a rule says of one field; `null`: nothing, so that a wider one holds. */
export type Said = "hide" | "show" | null;

/** What the rules of one subject say of each field. Pure. */
export function saidOf(rules: readonly Rule[], subject: Subject): Record<string, Said> {
  return Object.fromEntries(
    rules
      .filter((rule) => rule.subject === subject.kind && rule.name === subject.name)
      .map((rule) => [rule.field, rule.hidden ? "hide" : "show"]),
  );
}

/** What is to be sent of what was changed: fields to be hidden or shown, and rules that go. Pure. */
export function changesOf(
  before: Readonly<Record<string, Said>>,
  now: Readonly<Record<string, Said>>,
): { hide: string[]; show: string[]; gone: string[] } {
  const changed = Object.keys(now).filter((field) => now[field] !== (before[field] ?? null));
  return {
    hide: changed.filter((field) => now[field] === "hide"),
    show: changed.filter((field) => now[field] === "show"),
    gone: changed.filter((field) => now[field] === null),
  };
}

/** What the server is asked to make of it; `null` where nothing was changed. Pure. */
export function wantedOf({ kind, name }: Subject, changes: ReturnType<typeof changesOf>): Wanted | null {
  const { hide, show, gone } = changes;
  if (hide.length + show.length + gone.length === 0 || kind === "department") return null;
  return { subject: kind, ...(name === null ? {} : { name }), hide, show, reset: gone };
}

/** The fields that the rules of one subject hide, as they are typed. Pure. */
export function hiddenBy(
  before: Readonly<Record<string, Said>>,
  now: Readonly<Record<string, Said>>,
): string[] {
  const said = { ...before, ...now };
  return Object.keys(said).filter((field) => said[field] === "hide");
}
