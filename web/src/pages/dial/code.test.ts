import { expect, test } from "vitest";

import { codeOf } from "./code";

test.each([
  ["71734", "71734"],
  [" 717-34 ", "71734"],
  ["717 34", "71734"],
  ["web+callward:71734", "71734"],
  ["callward:71734", "71734"],
  ["CALLWARD://71734/", "71734"],
])("%s is a code", (written, code) => expect(codeOf(written)).toBe(code));

test.each([
  null,
  "",
  "+442079460101",
  "442079460101",
  "callward:+442079460101",
  "tel:71734",
  "javascript:71734",
  "71734?via=mobile",
  "7",
])("%s is none", (written) => expect(codeOf(written)).toBeNull());
