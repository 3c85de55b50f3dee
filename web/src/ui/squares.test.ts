import { encode } from "uqr";
import { expect, it } from "vitest";

import { squares } from "./squares";

it("draws the runs of each row", () => {
  expect(squares([[true, true, false, true], [false, false, false, false], [false, true, true, true]])).toBe(
    "M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z",
  );
});

it("draws every dark square of a code", () => {
  const { data } = encode("otpauth://totp/anna");
  const drawn = [...squares(data).matchAll(/h(\d+)v1/g)].reduce((sum, [, run]) => sum + Number(run), 0);
  expect(drawn).toBe(data.flat().filter(Boolean).length);
});
