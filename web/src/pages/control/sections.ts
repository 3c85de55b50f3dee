import { type ComponentType, lazy, type LazyExoticComponent } from "react";

import type { Session } from "@/app/session";
import type { Texts } from "@/texts";

export interface Section {
  /** The last part of its address: `/control/missed`. */
  key: keyof Texts["control"]["section"];
  isFor: (session: Session) => boolean;
  page: LazyExoticComponent<ComponentType>;
}

const reports = (session: Session) => session.has("reports.read");

/** What is looked at, each in a chunk of its own. */
const sections: readonly Section[] = [
  { key: "talks", isFor: (s) => reports(s) && s.has("calls.read"), page: lazy(() => import("./talks/Talks")) },
  { key: "missed", isFor: reports, page: lazy(() => import("./Missed")) },
  { key: "quiet", isFor: reports, page: lazy(() => import("./Quiet")) },
  { key: "reading", isFor: reports, page: lazy(() => import("./Reading")) },
  { key: "digits", isFor: reports, page: lazy(() => import("./Digits")) },
  { key: "exports", isFor: (session) => session.has("audit.read"), page: lazy(() => import("./Exports")) },
  { key: "listening", isFor: reports, page: lazy(() => import("./Listening")) },
  { key: "ledger", isFor: (s) => s.rights["reports.read"] === "all", page: lazy(() => import("./ledger/Ledger")) },
  { key: "paused", isFor: reports, page: lazy(() => import("./Paused")) },
];

/** What this person may look at. */
export function sectionsOf(session: Session): readonly Section[] {
  return sections.filter((section) => section.isFor(session));
}
