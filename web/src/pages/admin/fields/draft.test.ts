import { describe, expect, it } from "vitest";

import { changesOf, saidOf, wantedOf } from "./draft";

const MANAGER = { kind: "role", name: "manager" } as const;

describe("field rules", () => {
  it("says what the rules of one subject say", () => {
    const rules = [
      { subject: "role", name: "manager", field: "phones", hidden: true },
      { subject: "role", name: "manager", field: "notes", hidden: false },
      { subject: "everyone", name: null, field: "company", hidden: true },
    ] as const;
    expect(saidOf(rules, MANAGER)).toEqual({ phones: "hide", notes: "show" });
    expect(saidOf(rules, { kind: "everyone", name: null })).toEqual({ company: "hide" });
  });

  it("sends what was changed and nothing else", () => {
    const before = { phones: "hide", notes: "show" } as const;
    expect(changesOf(before, { phones: "hide", notes: "hide", company: "show", emails: null })).toEqual({
      hide: ["notes"],
      show: ["company"],
      gone: [],
    });
    expect(changesOf(before, { phones: null })).toEqual({ hide: [], show: [], gone: ["phones"] });
  });

  it("asks for no preview where nothing was changed", () => {
    expect(wantedOf(MANAGER, { hide: [], show: [], gone: [] })).toBeNull();
    expect(wantedOf(MANAGER, { hide: ["notes"], show: [], gone: ["phones"] })).toEqual({
      subject: "role",
      name: "manager",
      hide: ["notes"],
      show: [],
      reset: ["phones"],
    });
    expect(wantedOf({ kind: "everyone", name: null }, { hide: [], show: ["notes"], gone: [] })).toEqual({
      subject: "everyone",
      hide: [],
      show: ["notes"],
      reset: [],
    });
  });
});
