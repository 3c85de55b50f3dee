import { expect, it } from "vitest";

import { dayFrom, endOf } from "./days";

it("counts days over the end of a year", () => {
  expect(dayFrom(new Date(2026, 11, 30, 23, 59), 3)).toBe("2027-01-02");
  expect(dayFrom(new Date(2026, 10, 22), 0)).toBe("2026-11-22");
});

it("ends a day with its last moment here", () => {
  expect(new Date(endOf("2026-12-31"))).toEqual(new Date(2027, 0, 1));
});
