import { expect, it } from "vitest";

import { branches } from "./branches";

it("puts departments below what they are part of", () => {
  const known = [
    { name: "retail", parent: "sales", people: 1 },
    { name: "sales", parent: null, people: 2 },
    { name: "service", parent: null, people: 0 },
    { name: "shops", parent: "retail", people: 0 },
  ];
  expect(branches(known).map(({ name, depth, hasBelow }) => [name, depth, hasBelow])).toEqual([
    ["sales", 0, true],
    ["retail", 1, true],
    ["shops", 2, false],
    ["service", 0, false],
  ]);
});
