import { type ComponentType, lazy, type LazyExoticComponent } from "react";

import type { Right, Session } from "@/app/session";
import type { Texts } from "@/texts";

type Group = keyof Texts["admin"]["group"];

export interface Section {
  /** The last part of its address: `/admin/people`. */
  key: keyof Texts["admin"]["section"];
  group: Group;
  isFor: (session: Session) => boolean;
  page: LazyExoticComponent<ComponentType>;
}

function has(...rights: Right[]): (session: Session) => boolean {
  return (session) => rights.some((right) => session.has(right));
}

/** Every noun that is administered, each in a chunk of its own; the ones used most come first. */
export const sections: readonly Section[] = [
  { key: "people", group: "people", isFor: has("people.read"), page: lazy(() => import("./people/People")) },
  { key: "roles", group: "people", isFor: has("people.read"), page: lazy(() => import("./roles/Roles")) },
  { key: "departments", group: "people", isFor: has("people.read"), page: lazy(() => import("./Departments")) },
  { key: "fields", group: "guard", isFor: has("policy.read"), page: lazy(() => import("./fields/Fields")) },
  { key: "places", group: "guard", isFor: has("policy.read"), page: lazy(() => import("./places/Places")) },
  { key: "sign-in", group: "guard", isFor: has("policy.read"), page: lazy(() => import("./SignInPolicy")) },
  { key: "listening", group: "guard", isFor: has("policy.read"), page: lazy(() => import("./Listening")) },
  { key: "quotas", group: "guard", isFor: has("policy.read"), page: lazy(() => import("./Quotas")) },
  { key: "decoys", group: "guard", isFor: has("policy.change"), page: lazy(() => import("./Decoys")) },
  { key: "reconciliation", group: "guard", isFor: has("policy.read"), page: lazy(() => import("./Reconciliation")) },
  { key: "audit", group: "guard", isFor: has("audit.read"), page: lazy(() => import("./audit/Audit")) },
  { key: "archive", group: "base", isFor: has("clients.restore"), page: lazy(() => import("./Archive")) },
  { key: "takeovers", group: "base", isFor: has("clients.takeover"), page: lazy(() => import("./Takeovers")) },
  { key: "own-fields", group: "base", isFor: has("policy.change"), page: lazy(() => import("./cards/OwnFields")) },
  { key: "outcomes", group: "base", isFor: has("policy.read"), page: lazy(() => import("./outcomes/Outcomes")) },
  { key: "import", group: "base", isFor: has("clients.import"), page: lazy(() => import("./exchange/Imports")) },
  { key: "export", group: "base", isFor: has("clients.export", "audit.read"), page: lazy(() => import("./exchange/Exports")) },
  { key: "division", group: "base", isFor: has("clients.assign"), page: lazy(() => import("./division/Division")) },
  { key: "routing", group: "calls", isFor: has("policy.read"), page: lazy(() => import("./routing/Routing")) },
  { key: "call-rules", group: "calls", isFor: has("policy.read"), page: lazy(() => import("./routing/Rules")) },
  { key: "machine", group: "machine", isFor: has("policy.read", "system.read"), page: lazy(() => import("./machine/Machine")) },
  { key: "health", group: "machine", isFor: has("system.read"), page: lazy(() => import("./machine/Health")) },
];

/** What this person may administer at all. */
export function sectionsOf(session: Session): readonly Section[] {
  return sections.filter((section) => section.isFor(session));
}
