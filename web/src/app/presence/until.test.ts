import { describe, expect, it } from "vitest";

import { isLength, untilAt } from "./until";

const NOW = new Date(2026, 2, 2, 16, 40);

describe("until when somebody is away", () => {
  it("is open, a while, tomorrow morning, or what was typed", () => {
    expect(untilAt("open", NOW, "2026-03-03T00:00:00.000Z")).toBeNull();
    expect(untilAt("15", NOW, null)).toBe(new Date(2026, 2, 2, 16, 55).toISOString());
    expect(untilAt("120", NOW, null)).toBe(new Date(2026, 2, 2, 18, 40).toISOString());
    expect(untilAt("tomorrow", NOW, null)).toBe(new Date(2026, 2, 3, 9).toISOString());
    expect(untilAt("own", NOW, "2026-03-03T12:00:00.000Z")).toBe("2026-03-03T12:00:00.000Z");
    expect(untilAt("own", NOW, null)).toBeNull();
  });

  it("knows its own words alone", () => {
    expect([isLength("15"), isLength("17")]).toEqual([true, false]);
  });
});
