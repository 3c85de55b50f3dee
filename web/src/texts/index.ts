/** Which areas have texts. Each language of each area is loaded when a page first needs it. */

export const areas = {
  account: { en: () => import("./account.en"), ru: () => import("./account.ru") },
  reports: { en: () => import("./reports.en"), ru: () => import("./reports.ru") },
  dial: { en: () => import("./dial.en"), ru: () => import("./dial.ru") },
  admin: { en: () => import("./admin.en"), ru: () => import("./admin.ru") },
  listen: { en: () => import("./listen.en"), ru: () => import("./listen.ru") },
  live: { en: () => import("./live.en"), ru: () => import("./live.ru") },
  firstHour: { en: () => import("./firstHour.en"), ru: () => import("./firstHour.ru") },
  common: { en: () => import("./common.en"), ru: () => import("./common.ru") },
  clients: { en: () => import("./clients.en"), ru: () => import("./clients.ru") },
  tasks: { en: () => import("./tasks.en"), ru: () => import("./tasks.ru") },
  control: { en: () => import("./control.en"), ru: () => import("./control.ru") },
  calls: { en: () => import("./calls.en"), ru: () => import("./calls.ru") },
};

export type Area = keyof typeof areas;
export type Texts = {
  [Name in Area]: Awaited<ReturnType<(typeof areas)[Name]["en"]>>["default"];
};
