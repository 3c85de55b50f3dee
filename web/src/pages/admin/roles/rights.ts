import type { Right } from "../queries";

/** All rights in the order in which people look for them, by area. Tsc fails where one is missing. */
const BY_AREA = {
  clients: [
    "clients.read",
    "clients.unassigned",
    "clients.create",
    "clients.change",
    "clients.assign",
    "clients.merge",
    "clients.archive",
    "clients.restore",
    "clients.purge",
    "clients.private",
    "clients.takeover",
    "clients.import",
    "clients.export",
  ],
  calls: ["calls.read", "calls.make", "recordings.listen", "recordings.pause", "recordings.hold"],
  live: ["live.listen", "live.whisper", "live.barge", "live.takeover", "live.hangup"],
  work: ["tasks.read", "tasks.change", "reports.read", "reports.settle", "changes.undo", "audit.read"],
  decide: ["people.read", "people.away", "people.change", "policy.read", "policy.change", "system.read"],
} as const satisfies Record<string, readonly Right[]>;

type Listed = (typeof BY_AREA)[keyof typeof BY_AREA][number];
const isWhole: Exclude<Right, Listed> extends never ? true : never = true;

export type Area = keyof typeof BY_AREA;
export const areas = isWhole ? (Object.entries(BY_AREA) as [Area, readonly Right[]][]) : [];

/** Rights that are held or not; all the others know whose a thing is. */
const WHOLE: ReadonlySet<Right> = new Set([
  "clients.unassigned",
  "clients.create",
  "clients.purge",
  "clients.private",
  "clients.takeover",
  "clients.import",
  "people.change",
  "policy.read",
  "policy.change",
  "system.read",
]);

export type Scope = "none" | "own" | "department" | "all";

export function scopesOf(right: Right): readonly Scope[] {
  return WHOLE.has(right) ? ["none", "all"] : ["none", "own", "department", "all"];
}

export function isScoped(right: Right): boolean {
  return !WHOLE.has(right);
}
