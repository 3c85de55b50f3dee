import IconChecklist from "@tabler/icons-react/dist/esm/icons/IconChecklist.mjs";
import IconSettings from "@tabler/icons-react/dist/esm/icons/IconSettings.mjs";
import IconChartBar from "@tabler/icons-react/dist/esm/icons/IconChartBar.mjs";
import IconHome from "@tabler/icons-react/dist/esm/icons/IconHome.mjs";
import IconUsers from "@tabler/icons-react/dist/esm/icons/IconUsers.mjs";
import IconActivity from "@tabler/icons-react/dist/esm/icons/IconActivity.mjs";
import IconRocket from "@tabler/icons-react/dist/esm/icons/IconRocket.mjs";
import IconPhoneCall from "@tabler/icons-react/dist/esm/icons/IconPhoneCall.mjs";
import IconShieldCheck from "@tabler/icons-react/dist/esm/icons/IconShieldCheck.mjs";
import type { Icon } from "@tabler/icons-react";
import { type ComponentType, lazy, type LazyExoticComponent } from "react";

import { sectionsOf } from "@/pages/admin/sections";
import type { Texts } from "@/texts";

import { leads } from "./fresh";
import type { Session } from "./session";

export interface AreaRoute {
  /** The page has this address and everything below it: a drawer's address is `/calls/ID`. */
  path: string;
  /** Its word in the rail and in the quick search. */
  name: keyof Texts["common"]["area"];
  /** Without one it is reached by links and the quick search only. */
  icon?: Icon;
  /** Whose page it is; without it, everybody's. */
  isFor?: (session: Session) => boolean;
  page: LazyExoticComponent<ComponentType>;
}

/** Every area in the order of the rail, each in a chunk of its own. */
export const routes: readonly AreaRoute[] = [
  { path: "/home", name: "home", icon: IconHome, isFor: (s) => s.has("calls.make") && s.rights["calls.read"] === "own", page: lazy(() => import("@/pages/home/HomePage")) },
  { path: "/live", name: "live", icon: IconActivity, isFor: (s) => s.has("calls.read"), page: lazy(() => import("@/pages/live/LivePage")) },
  { path: "/clients", name: "clients", icon: IconUsers, isFor: (s) => s.has("clients.read"), page: lazy(() => import("@/pages/clients/ClientsPage")) },
  { path: "/tasks", name: "tasks", icon: IconChecklist, isFor: (s) => s.has("tasks.read"), page: lazy(() => import("@/pages/tasks/TasksPage")) },
  { path: "/calls", name: "calls", icon: IconPhoneCall, isFor: (s) => s.has("calls.read"), page: lazy(() => import("@/pages/calls/Calls")) },
  { path: "/control", name: "control", icon: IconShieldCheck, isFor: (s) => s.has("reports.read") || s.has("audit.read"), page: lazy(() => import("@/pages/control/Control")) },
  { path: "/reports", name: "reports", icon: IconChartBar, isFor: (s) => s.has("reports.read"), page: lazy(() => import("@/pages/reports/Reports")) },
  { path: "/admin", name: "admin", icon: IconSettings, isFor: (s) => sectionsOf(s).length > 0, page: lazy(() => import("@/pages/admin/Admin")) },
  { path: "/account", name: "account", page: lazy(() => import("@/pages/account/Account")) },
  { path: "/first-hour", name: "firstHour", icon: IconRocket, isFor: leads, page: lazy(() => import("@/pages/first-hour/FirstHour")) },
];
