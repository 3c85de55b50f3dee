import { expect, it } from "vitest";

import { byPlace } from "./findings";

const finding = (code: string, verdict: "ok" | "note" | "fail", pbx: string | null) => ({ code, verdict, pbx, text: code });

it("puts the machine first, and in each place what is wrong", () => {
  const places = byPlace([
    finding("link", "ok", "office"),
    finding("clock", "fail", "office"),
    finding("disk", "ok", null),
    finding("key", "note", null),
  ]);
  expect(places.map(([place, found]) => [place, found.map((one) => one.code)])).toEqual([
    [null, ["key", "disk"]],
    ["office", ["clock", "link"]],
  ]);
});
