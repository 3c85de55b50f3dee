/** With that phone rung or not; a new one comes last. Pure. */
export function withPhone(ring: readonly string[], key: string, isRung: boolean): string[] {
  const others = ring.filter((one) => one !== key);
  return isRung ? [...others, key] : others;
}

/** With one moved by so many places; at the ends it stays. Pure. */
export function moved<Item>(items: readonly Item[], from: number, by: number): Item[] {
  const to = Math.min(Math.max(from + by, 0), items.length - 1);
  const left = items.filter((_, at) => at !== from);
  return [...left.slice(0, to), ...items.slice(from, from + 1), ...left.slice(to)];
}
