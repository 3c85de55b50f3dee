import { describe, expect, it } from "vitest";

import { arrange, CLOSES_MS, type Slots } from "./slots";

const ids = (slots: Slots) => slots.map((slot) => slot.id);
const FIRST = arrange([], ["a", "b", "c"], 0);

describe("places", () => {
  it("are kept, and nothing is made anew where nothing changed", () => {
    expect(ids(FIRST)).toEqual(["a", "b", "c"]);
    expect(arrange(FIRST, ["c", "b", "a"], 5)).toBe(FIRST);
  });

  it("of who left are free for who comes, from the top", () => {
    const left = arrange(FIRST, ["c"], 10);
    expect(ids(left)).toEqual([null, null, "c"]);
    const come = arrange(left, ["c", "d"], 20);
    expect(ids(come)).toEqual(["d", null, "c"]);
    expect(come[0]?.key).toBe(FIRST[0]?.key);
  });

  it("close when nobody comes for a while", () => {
    const left = arrange(FIRST, ["a", "c"], 10);
    expect(ids(arrange(left, ["a", "c"], 9 + CLOSES_MS))).toEqual(["a", null, "c"]);
    expect(ids(arrange(left, ["a", "c"], 10 + CLOSES_MS))).toEqual(["a", "c"]);
  });

  it("at the end are never free: they move nobody", () => {
    expect(ids(arrange(FIRST, ["a"], 10))).toEqual(["a"]);
    expect(arrange(FIRST, [], 10)).toEqual([]);
  });

  it("have keys of their own", () => {
    const more = arrange(arrange(FIRST, ["a"], 10), ["a", "d", "e"], 20);
    expect(new Set(more.map((slot) => slot.key)).size).toBe(3);
  });
});
