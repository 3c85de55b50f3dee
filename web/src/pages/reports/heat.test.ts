import { expect, test } from "vitest";

import type { components } from "@/api/schema";

import { byHour, heat } from "./heat";

type HourFigures = components["schemas"]["HourFigures"];

function one(weekday: number, hour: number, inbound: number, answered: number, waiting: number | null): HourFigures {
  const none = { median: null, mean: null, longest: null };
  return {
    weekday,
    hour,
    inbound,
    answered,
    missed: inbound - answered,
    outbound: 1,
    reached: 0,
    waiting: { ...none, median: waiting },
    talk: none,
    talk_seconds: 0,
  };
}

const WEEK = [one(1, 9, 8, 6, 12), one(7, 23, 1, 0, null), one(2, 9, 4, 4, 3)];

test("the fullest hour is the darkest, an hour without a call has no number", () => {
  const rows = heat(WEEK, "inbound");
  expect(rows[0]?.[9]).toEqual({ value: 8, shade: 4 });
  expect(rows[1]?.[9]).toEqual({ value: 4, shade: 2 });
  expect(rows[6]?.[23]).toEqual({ value: 1, shade: 1 });
  expect(rows[3]?.[12]).toEqual({ value: null, shade: 0 });
  expect(rows.map((row) => row.length)).toEqual(Array(7).fill(24));
});

test("nothing at all is no picture of something", () => {
  expect(heat([], "missed").flat().every((cell) => cell.shade === 0)).toBe(true);
  expect(heat(WEEK, "waiting")[6]?.[23]).toEqual({ value: null, shade: 0 });
});

test("weekdays are added up by the hour", () => {
  expect(byHour(WEEK)[9]).toEqual({ hour: "09", answered: 10, missed: 2, outbound: 2 });
});
