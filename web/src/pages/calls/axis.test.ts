import { expect, test } from "vitest";

import { axisOf, instantAt, place, ticks } from "./axis";

test("an axis goes from the first instant to the last", () => {
  expect(axisOf([])).toBeNull();
  expect(axisOf([5_000])).toEqual({ from: 5_000, to: 6_000 });
  const axis = axisOf([30_000, 10_000, 20_000]);
  expect(axis).toEqual({ from: 10_000, to: 30_000 });
});

test("places and instants are each other's inverse, within the axis", () => {
  const axis = { from: 10_000, to: 30_000 };
  expect(place(axis, 15_000)).toBe(0.25);
  expect(instantAt(axis, 0.25)).toBe(15_000);
  expect(place(axis, 0)).toBe(0);
  expect(place(axis, 99_000)).toBe(1);
  expect(instantAt(axis, 2)).toBe(30_000);
});

test("ticks are as fine as there is room for", () => {
  expect(ticks({ from: 0, to: 25_000 }, 6)).toEqual([0, 5, 10, 15, 20, 25]);
  expect(ticks({ from: 0, to: 161_000 }, 6)).toEqual([0, 30, 60, 90, 120, 150]);
  expect(ticks({ from: 0, to: 1_000 }, 6)).toEqual([0, 1]);
  for (const seconds of [7, 59, 600, 5_000, 90_000, 400_000]) {
    expect(ticks({ from: 0, to: seconds * 1_000 }, 6).length).toBeLessThanOrEqual(7);
  }
});
