import { describe, expect, it } from "vitest";

import { type Found, isDone, ready, steps } from "./steps";

const NOTHING: Found = {
  settings: undefined,
  calls: undefined,
  people: undefined,
  agents: undefined,
  callbacks: undefined,
  roles: undefined,
};

function person(name: string, more: object = {}) {
  return { name, full_name: null, left_at: null, has_password: true, windows_account: null, ...more };
}

function found(part: object): Found {
  return { ...NOTHING, ...part } as Found;
}

describe("a step", () => {
  it.each(steps)("%s is unknown while nothing is known", (step) => {
    expect(isDone(step, NOTHING)).toBeUndefined();
  });

  it("number takes a number and a link", () => {
    const company = { numbers: ["+442079460000"] };
    expect(isDone("number", found({ settings: { company, pbx: [{ connected: true }] } }))).toBe(true);
    expect(isDone("number", found({ settings: { company, pbx: [{ connected: false }] } }))).toBe(false);
    expect(isDone("number", found({ settings: { company: { numbers: [] }, pbx: [{ connected: true }] } }))).toBe(false);
  });

  it("call takes one that has ended", () => {
    expect(isDone("call", found({ calls: [] }))).toBe(false);
    expect(isDone("call", found({ calls: [{ running: true }] }))).toBe(false);
    expect(isDone("call", found({ calls: [{ running: true }, { running: false }] }))).toBe(true);
  });

  it("masked takes a callback on which they talked", () => {
    expect(isDone("masked", found({ callbacks: [{ reason: "client_busy" }] }))).toBe(false);
    expect(isDone("masked", found({ callbacks: [{ reason: "talked" }] }))).toBe(true);
  });
});

it("is ready who has a telephone and a way to sign in", () => {
  const people = [
    person("anna", { full_name: "Anna Ford" }),
    person("boris", { has_password: false }),
    person("carl", { has_password: false, windows_account: "carl@EXAMPLE.COM" }),
    person("dora", { left_at: "2026-01-02T09:00:00Z" }),
    person("emil"),
  ];
  const agents = [
    ...["anna", "boris", "carl", "dora"].map((name) => ({ name, phones: [{ key: "101", kind: "endpoint" }] })),
    { name: "emil", phones: [] },
  ];
  expect(ready(people as never, agents as never)).toEqual(["Anna Ford", "carl"]);
});
