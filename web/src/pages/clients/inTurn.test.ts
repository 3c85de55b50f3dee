import { expect, test } from "vitest";

import { inTurn } from "./inTurn";

test("one that fails keeps none of the others from it", async () => {
  const seen: string[] = [];
  const outcome = await inTurn(["a", "b", "c"], (id) => {
    seen.push(id);
    return id === "b" ? Promise.reject(new Error("not b")) : Promise.resolve();
  });
  expect(seen).toEqual(["a", "b", "c"]);
  expect(outcome).toEqual({ done: ["a", "c"], failed: ["b"], error: new Error("not b") });
});
