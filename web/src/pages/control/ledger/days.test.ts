import { expect, test } from "vitest";

import { dayOf, isDay, shownDay } from "./days";

test("a day is the one that the clock on the wall shows", () => {
  expect(dayOf(new Date(2026, 0, 2, 23, 59))).toBe("2026-01-02");
});

test("an address names a day or not", () => {
  expect(["2026-01-31", "2026-13-01", "today", "2026-1-1"].map(isDay)).toEqual([true, false, false, false]);
});

test("a day is shown in the reader's language, the same in every zone", () => {
  expect(shownDay("2026-01-31", "en")).toContain("31 January 2026");
  expect(shownDay("2026-01-31", "ru")).toContain("31 января 2026");
});
