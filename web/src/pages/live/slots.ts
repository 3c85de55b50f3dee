/** Where each row stands: it keeps its place while others come and go. Pure. */

/** How long the place of a row that left stays free for another, before the rows below move up. */
export const CLOSES_MS = 15_000;

export interface Slot {
  /** Whose place it is; `null`: free. */
  id: string | null;
  /** A place's own, whoever stands there. */
  key: number;
  /** Since when it is free, in ms. */
  freeSince: number;
}

export type Slots = readonly Slot[];

/** The same object where nothing changed. */
export function arrange(slots: Slots, ids: readonly string[], now: number): Slots {
  const wanted = new Set(ids);
  const placed = new Set<string>();
  let isSame = true;
  const next: Slot[] = [];
  for (const slot of slots) {
    if (slot.id !== null && wanted.has(slot.id)) {
      placed.add(slot.id);
      next.push(slot);
    } else if (slot.id !== null) {
      isSame = false;
      next.push({ ...slot, id: null, freeSince: now });
    } else if (now - slot.freeSince < CLOSES_MS) {
      next.push(slot);
    } else {
      isSame = false;
    }
  }
  let key = slots.reduce((most, slot) => Math.max(most, slot.key), 0);
  let from = 0;
  for (const id of ids) {
    if (placed.has(id)) continue;
    isSame = false;
    while (from < next.length && next[from]?.id !== null) from += 1;
    const free = next[from];
    if (free === undefined) next.push({ id, key: (key += 1), freeSince: 0 });
    else next[from] = { ...free, id };
  }
  // Nobody stands below: what goes there moves nobody.
  while (next.length > 0 && next.at(-1)?.id === null) {
    isSame = false;
    next.pop();
  }
  return isSame ? slots : next;
}
