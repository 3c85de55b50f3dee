import type { Client } from "../queries";

/** Whose value stays: the other card's, or this one's. */
export type Side = "source" | "target";

export interface Choice {
  field: string;
  mine: string;
  theirs: string;
}

const PLAIN = ["name", "company", "category", "curator", "deputy"] as const;

/** The fields in which both cards have a value, and not the same: there a person chooses. Pure. */
export function choicesOf(card: Client, other: Client): Choice[] {
  const plain = PLAIN.map((field) => ({ field, mine: card[field], theirs: other[field] }));
  const custom = Object.keys(card.custom).map((key) => ({
    field: `custom:${key}`,
    mine: card.custom[key] ?? null,
    theirs: other.custom[key] ?? null,
  }));
  return [...plain, ...custom].flatMap(({ field, mine, theirs }) =>
    mine === null || theirs === null || mine === theirs || card.hidden.includes(field)
      ? []
      : [{ field, mine: String(mine), theirs: String(theirs) }],
  );
}
