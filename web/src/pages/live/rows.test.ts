import { describe, expect, it } from "vitest";

import type { LiveCall } from "@/api/live";

import { board, FADES_MS, inOrder, isMissed, matches } from "./rows";

const BEGAN = Date.parse("2026-01-02T09:00:00Z");
const ALL = { shows: null, search: null };

function call(id: string, change: Partial<LiveCall> = {}): LiveCall {
  return {
    id,
    direction: "inbound",
    state: "talking",
    since: "2026-01-02T09:00:00Z",
    client: { id: "1", name: "Jane Ford", short_code: "23450" },
    private: false,
    withheld: false,
    agents: ["anna"],
    ringing: [],
    queue: null,
    way: "company_number",
    started_at: "2026-01-02T09:00:00Z",
    answered_at: "2026-01-02T09:00:05Z",
    monitored_by: [],
    held_by: null,
    paused: null,
    can: { listen: false, whisper: false, barge: false, takeover: false, hangup: false, pause: false, hold: false },
    ...change,
  };
}

describe("the board", () => {
  it("keeps a call that ended in its place for a while", () => {
    const calls = [call("a"), call("b", { state: "ended" }), call("c")];
    const ids = (at: number) => board(calls, ALL, "anna", BEGAN + at).rows.map((one) => one.id);
    expect(ids(FADES_MS - 1)).toEqual(["a", "b", "c"]);
    expect(ids(FADES_MS)).toEqual(["a", "c"]);
    const later = board(calls, ALL, "anna", BEGAN + FADES_MS);
    expect(later.ended.map((one) => one.id)).toEqual(["b"]);
    expect(later.running).toBe(2);
  });

  it("shows the last that ended first", () => {
    const calls = [
      call("a", { state: "ended" }),
      call("b", { state: "ended", since: "2026-01-02T09:00:30Z" }),
    ];
    const { ended } = board(calls, ALL, "anna", BEGAN + 60_000);
    expect(ended.map((one) => one.id)).toEqual(["b", "a"]);
  });
});

describe("filters", () => {
  const ringing = call("r", { state: "ringing", agents: [], ringing: ["boris"], answered_at: null });

  it("by state", () => {
    expect(matches(ringing, { ...ALL, shows: "waiting" }, "anna")).toBe(true);
    expect(matches(call("a"), { ...ALL, shows: "waiting" }, "anna")).toBe(false);
    expect(matches(call("a", { state: "on_hold" }), { ...ALL, shows: "talking" }, "anna")).toBe(true);
    expect(matches({ ...ringing, direction: "outbound" }, { ...ALL, shows: "waiting" }, "x")).toBe(false);
  });

  it("mine, also while it rings", () => {
    expect(matches(ringing, { ...ALL, shows: "mine" }, "boris")).toBe(true);
    expect(matches(ringing, { ...ALL, shows: "mine" }, "anna")).toBe(false);
  });

  it("by a part of a name, and by code with or without its stroke", () => {
    for (const search of ["ford", "ANN", "2345-0", "345"]) {
      expect(matches(call("a"), { ...ALL, search }, "x")).toBe(true);
    }
    expect(matches(call("a", { client: null }), { ...ALL, search: "ford" }, "x")).toBe(false);
    expect(matches(call("a"), { ...ALL, search: "-" }, "x")).toBe(false);
  });
});

describe("words", () => {
  it("a call is missed that a customer made and nobody took", () => {
    expect(isMissed(call("a", { state: "ended", answered_at: null }))).toBe(true);
    expect(isMissed(call("a", { state: "ended" }))).toBe(false);
    expect(isMissed(call("a", { state: "ended", answered_at: null, direction: "outbound" }))).toBe(false);
  });

  it("people by name, 9 before 10", () => {
    expect(inOrder(["b10", "Anna", "b9"])).toEqual(["Anna", "b9", "b10"]);
  });
});
