import { expect, test } from "vitest";

import { type Range, spanOf } from "./range";

const TODAY = new Date(2026, 2, 2, 15);
const NONE: Range = { days: null, from: null, to: null };

test("a preset ends today, which is part of it", () => {
  expect(spanOf({ ...NONE, days: "today" }, TODAY)).toEqual({ since: "2026-03-02", until: "2026-03-02" });
  expect(spanOf({ ...NONE, days: "yesterday" }, TODAY)).toEqual({ since: "2026-03-01", until: "2026-03-01" });
  expect(spanOf({ ...NONE, days: "7" }, TODAY)).toEqual({ since: "2026-02-24", until: "2026-03-02" });
});

test("without a word it is thirty days", () => {
  expect(spanOf(NONE, TODAY)).toEqual({ since: "2026-02-01", until: "2026-03-02" });
});

test("days of one's own go before a preset, whichever came first", () => {
  const own: Range = { days: "7", from: "2026-01-31", to: "2026-01-01" };
  expect(spanOf(own, TODAY)).toEqual({ since: "2026-01-01", until: "2026-01-31" });
  expect(spanOf({ ...NONE, from: "2026-02-20" }, TODAY)).toEqual({ since: "2026-02-20", until: "2026-03-02" });
  expect(spanOf({ ...NONE, to: "2026-02-20" }, TODAY)).toEqual({ since: "2026-02-20", until: "2026-02-20" });
});
