import { expect, test } from "vitest";

import { since } from "./since";

test("it is the same question all day long, and begins at midnight", () => {
  const morning = new Date(2026, 2, 31, 8, 0, 1);
  const night = new Date(2026, 2, 31, 23, 59, 59);
  expect(since("7", morning)).toBe(since("7", night));
  expect(since("7", morning)).toBe(new Date(2026, 2, 24).toISOString());
  expect(since("30", new Date(2026, 0, 5, 12))).toBe(new Date(2025, 11, 6).toISOString());
});
