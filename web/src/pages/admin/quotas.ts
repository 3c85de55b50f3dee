/** Quotas as they are typed: empty is "as usual". Pure. */

import { without } from "./without";

export const LIMITS = ["cards_hour", "cards_day", "rows_hour", "rows_day"] as const;
export type Limit = (typeof LIMITS)[number];
export type Limits = Partial<Record<Limit, number>>;
export type ByName = Readonly<Record<string, Limits>>;

/** With one limit of one name changed; a name without any limit is left out. */
export function withLimit(all: ByName, name: string, limit: Limit, value: number | null): ByName {
  const others: Limits = without(all[name] ?? {}, limit);
  const limits = value === null ? others : { ...others, [limit]: value };
  const rest = without(all, name);
  return Object.keys(limits).length === 0 ? rest : { ...rest, [name]: limits };
}

/** What holds for a role where nothing else is said: a company's own role has the manager's. */
export function usualOf(defaults: Readonly<Record<string, Readonly<Record<string, number>>>>, role: string): Limits {
  return defaults[role] ?? defaults["manager"] ?? {};
}
