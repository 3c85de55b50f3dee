import { expect, test } from "vitest";

import { asked, isForAddress } from "./asked";

test.each([
  ["", null],
  ["  ", null],
  ["pet ste", { by: "q", text: "pet ste" }],
  ["717-35", { by: "code", text: "71735" }],
  ["020 7946 0301", { by: "number", text: "020 7946 0301" }],
  ["+44 20 7946 0301", { by: "number", text: "+44 20 7946 0301" }],
  ["anna@example.com", { by: "email", text: "anna@example.com" }],
  ["Steam 2000", { by: "q", text: "Steam 2000" }],
])("%j is asked for as %j", (written, wanted) => {
  expect(asked(written, [])).toEqual(wanted);
});

test("what is hidden is not asked for", () => {
  expect(asked("+442079460301", ["phones"])).toEqual({ by: "hidden", field: "phones" });
  expect(asked("anna@example.com", ["emails"])).toEqual({ by: "hidden", field: "emails" });
  expect(asked("71735", ["phones", "emails"])).toEqual({ by: "code", text: "71735" });
});

test("nothing that reaches a client stands in the address", () => {
  expect(isForAddress("pet")).toBe(true);
  expect(isForAddress("71735")).toBe(true);
  expect(isForAddress("+442079460301")).toBe(false);
  expect(isForAddress("020 7946 0301")).toBe(false);
  expect(isForAddress("anna@example.com")).toBe(false);
});
