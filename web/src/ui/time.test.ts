import { describe, expect, it } from "vitest";

import { duration, relative } from "./time";

describe("duration", () => {
  it.each([
    [0, "0:00"],
    [8, "0:08"],
    [161, "2:41"],
    [161.9, "2:41"],
    [3_600, "1:00:00"],
    [36_061, "10:01:01"],
    [-3, "0:00"],
  ])("%d s is %s", (seconds, said) => expect(duration(seconds)).toBe(said));
});

describe("relative", () => {
  const now = new Date("2026-03-12T12:00:00Z");
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

  it.each([
    [5, "this minute", "в эту минуту"],
    [300, "5 min ago", "5 мин назад"],
    [2 * 3_600, "2 hr ago", "2 ч назад"],
    [86_400, "yesterday", "вчера"],
  ])("%d s ago", (seconds, english, russian) => {
    const plain = (text: string) => text.replace(/[.\u00a0\u202f]/g, (mark) => (mark === "." ? "" : " "));
    expect(plain(relative(ago(seconds), now, "en"))).toBe(english);
    expect(plain(relative(ago(seconds), now, "ru"))).toBe(russian);
  });

  it("is a date beyond a week, with the year where it is another", () => {
    expect(relative(new Date("2026-01-02T12:00:00Z"), now, "en")).toBe("2 Jan");
    expect(relative(new Date("2025-01-02T12:00:00Z"), now, "en")).toBe("2 Jan 2025");
    expect(relative(new Date("2025-01-02T12:00:00Z"), now, "ru")).toContain("2025");
  });
});
