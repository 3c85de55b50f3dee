import { expect, it } from "vitest";

import { wantedOf } from "./wanted";

const CHOSEN = { which: "of", of: "anna", category: null, to: ["boris"], post: "curator" } as const;

it("asks for a plan only where it is said whom to whom", () => {
  expect(wantedOf(CHOSEN)).toEqual({ post: "curator", of: "anna", to: ["boris"] });
  expect(wantedOf({ ...CHOSEN, to: [] })).toBeNull();
  expect(wantedOf({ ...CHOSEN, of: null })).toBeNull();
  expect(wantedOf({ ...CHOSEN, which: "category" })).toBeNull();
  expect(wantedOf({ ...CHOSEN, which: "unassigned", post: "deputy" })).toEqual({
    post: "deputy",
    to: ["boris"],
    unassigned: true,
  });
});
