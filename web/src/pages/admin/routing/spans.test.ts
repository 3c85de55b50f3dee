import { expect, it } from "vitest";

import { another, bar, joined, parted, wrong } from "./spans";

it("shows the end of a day as midnight", () => {
  expect(parted("18:00-24:00")).toEqual({ begin: "18:00", end: "00:00" });
  expect(joined({ begin: "18:00", end: "00:00" })).toBe("18:00-24:00");
});

it("finds what is no part of a day, and what overlaps", () => {
  expect(wrong(["09:00-13:00", "12:00-18:00", "18:00-09:00", "-", "18:00-24:00"])).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});

it("draws a day", () => {
  expect(bar("06:00-12:00")).toEqual({ left: 25, width: 25 });
  expect(bar("06:00-")).toBeNull();
});

it("goes on after the last one", () => {
  expect(another([])).toBe("09:00-18:00");
  expect(another(["09:00-13:00"])).toBe("14:00-17:00");
  expect(another(["09:00-22:30"])).toBe("22:30-24:00");
});
