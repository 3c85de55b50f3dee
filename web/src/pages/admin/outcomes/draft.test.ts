import { expect, it } from "vitest";

import { keyFor, lineOf, wantedOf, wordsOf } from "./draft";

it("names a new one after its English word, and no two alike", () => {
  expect(keyFor("Comes to the shop!", [])).toBe("comes_to_the_shop");
  expect(keyFor("2nd visit", [])).toBe("nd_visit");
  expect(keyFor("Visit", ["visit"])).toBe("visit_2");
  expect(keyFor("Visit", ["visit", "visit_2"])).toBe("visit_3");
  expect(keyFor("Визит", [])).toBe("own");
  expect(keyFor("", ["own"])).toBe("own_2");
});

it("sends what is empty as nothing", () => {
  const line = lineOf({ key: "visit", labels: { en: " Visit ", ru: null } });
  expect(wantedOf([line])).toEqual([{ key: "visit", labels: { en: "Visit", ru: null } }]);
});

it("reads the company's word, in its other language where there is none, else the usual one", () => {
  const usual = { en: "agreed", ru: "договорились" };
  expect(wordsOf({ key: "agreed", labels: { en: "", ru: "" } }, usual, "ru")).toBe("договорились");
  expect(wordsOf({ key: "agreed", labels: { en: "Sold", ru: "" } }, usual, "ru")).toBe("Sold");
  expect(wordsOf({ key: "agreed", labels: { en: "Sold", ru: "Продано" } }, usual, "ru")).toBe("Продано");
  expect(wordsOf({ key: "own", labels: { en: "", ru: "" } }, null, "en")).toBe("own");
});
