/** How far back a list goes, in days, as it stands in the address. */
export const DAYS = ["7", "30", "90"] as const;
export type Days = (typeof DAYS)[number];
export const USUAL: Days = "30";

/** The beginning of the day so many days ago: the same question all day long. Pure. */
export function since(days: Days, now: Date): string {
  const begin = new Date(now.getFullYear(), now.getMonth(), now.getDate() - Number(days));
  return begin.toISOString();
}
