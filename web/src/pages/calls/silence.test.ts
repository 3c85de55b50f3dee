import { expect, test } from "vitest";

import { behind, silences, total } from "./silence";

const loud = (count: number) => Array<number>(count).fill(120);
const quiet = (count: number) => Array<number>(count).fill(1);

test("a stretch in which both are quiet is skipped, but for its edges", () => {
  const customer = [...loud(20), ...quiet(60), ...loud(20)];
  const company = [...quiet(100)];
  const [span, ...more] = silences(customer, company, 10);
  expect(more).toEqual([]);
  expect(span?.from).toBeCloseTo(2.3);
  expect(span?.to).toBeCloseTo(7.7);
});

test("who talks on either side is heard", () => {
  expect(silences([...quiet(100)], [...loud(100)], 10)).toEqual([]);
  expect(silences([...loud(50), ...quiet(50)], [...quiet(50), ...loud(50)], 10)).toEqual([]);
});

test("pauses between words stay", () => {
  expect(silences([...loud(10), ...quiet(14), ...loud(10)], [], 3.4)).toEqual([]);
});

test("silence at the beginning and at the end is skipped to the edge", () => {
  const spans = silences([...quiet(40), ...loud(20), ...quiet(40)], quiet(100), 10);
  expect(spans[0]?.from).toBe(0);
  expect(spans[1]?.to).toBe(10);
  expect(total(spans)).toBeCloseTo(3.7 + 3.7);
});

test("a recording without peaks has no silence to skip", () => {
  expect(silences([], [], 0)).toEqual([]);
  expect(silences([], [], 5)).toEqual([]);
});

test("from within a silence one goes on behind it", () => {
  const spans = [{ from: 2, to: 5 }];
  expect(behind(spans, 1.9)).toBeNull();
  expect(behind(spans, 2)).toBe(5);
  expect(behind(spans, 4.99)).toBe(5);
  expect(behind(spans, 5)).toBeNull();
});
