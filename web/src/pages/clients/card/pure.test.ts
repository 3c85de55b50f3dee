import { expect, test } from "vitest";

import { Problem } from "@/api/problem";

import type { Client } from "../queries";
import { compared } from "./digits";
import { version } from "./items";
import { isGone, meanwhile } from "./meanwhile";
import { choicesOf } from "./merging";

function client(more: Partial<Client>): Client {
  return {
    id: "1",
    short_code: "71735",
    name: null,
    company: null,
    category: null,
    curator: null,
    deputy: null,
    private: false,
    source: "manual",
    created_at: "2026-01-01T00:00:00Z",
    changed_at: "2026-01-01T00:00:00Z",
    phones: [],
    emails: [],
    addresses: [],
    messengers: [],
    custom: {},
    hidden: [],
    may: [],
    ...more,
  };
}

function edited(by: string[], fields: string[]): Problem {
  return Problem.of(409, { code: "edited_since", detail: "…", by, fields });
}

test("digits that are other are marked on both sides", () => {
  const [before, after] = compared("+442079460200", "+442079460299");
  expect(before).toEqual([
    { text: "+4420794602", isOther: false },
    { text: "00", isOther: true },
  ]);
  expect(after.at(-1)).toEqual({ text: "99", isOther: true });
  expect(compared("12", "123")[1]).toEqual([
    { text: "12", isOther: false },
    { text: "3", isOther: true },
  ]);
  expect(compared("12", "12")[0]).toEqual([{ text: "12", isOther: false }]);
});

test("other fields are kept beside mine; of the same field a person decides", () => {
  expect(meanwhile(edited(["boss"], ["company"]), ["name"])).toEqual({
    kind: "apart",
    by: ["boss"],
    fields: ["company"],
  });
  expect(meanwhile(edited(["boss"], ["company", "name"]), ["name"])).toEqual({
    kind: "clash",
    by: ["boss"],
    fields: ["name"],
  });
  // What was changed is hidden: nothing of mine is in its way.
  expect(meanwhile(edited([], []), ["name"])?.kind).toBe("apart");
  expect(meanwhile(Problem.of(403, { code: "not_allowed" }), ["name"])).toBeNull();
  expect(meanwhile(new Error("x"), ["name"])).toBeNull();
});

test("a card that was taken away is told from one that could not be asked for", () => {
  expect(isGone(Problem.of(404, { code: "client_not_found" }))).toBe(true);
  expect(isGone(Problem.of(409, { code: "client_archived" }))).toBe(true);
  expect(isGone(Problem.of(503, { code: "database_unavailable" }))).toBe(false);
  expect(isGone(new Problem(0, "no_answer", ""))).toBe(false);
});

test("where both cards have another value, one is chosen", () => {
  const card = client({ name: "Ivan", company: "Steam", curator: "anna", custom: { size: 1 } });
  const other = client({ name: "Ivan", company: "Coal", deputy: "boris", custom: { size: 2 } });
  expect(choicesOf(card, other)).toEqual([
    { field: "company", mine: "Steam", theirs: "Coal" },
    { field: "custom:size", mine: "1", theirs: "2" },
  ]);
  expect(choicesOf({ ...card, hidden: ["company", "custom:size"] }, other)).toEqual([]);
});

test.each([
  ["2026-01-01T00:00:00Z", '"1767225600000000"'],
  ["2026-01-01T00:00:00.1Z", '"1767225600100000"'],
  ["2026-01-01T00:00:00.123456Z", '"1767225600123456"'],
  ["2026-01-01T00:00:00.000001Z", '"1767225600000001"'],
])("the version of a card changed at %s is %s", (changed_at, wanted) => {
  expect(version(client({ changed_at }))).toBe(wanted);
});
