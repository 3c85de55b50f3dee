import { expect, it } from "vitest";

import { moved, withPhone } from "./ring";

it("rings a phone that is added last", () => {
  expect(withPhone(["101"], "mobile", true)).toEqual(["101", "mobile"]);
  expect(withPhone(["101", "mobile"], "101", false)).toEqual(["mobile"]);
});

it("moves one, and not past the ends", () => {
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
  expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
});
