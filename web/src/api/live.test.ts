import { describe, expect, it } from "vitest";

import { after, type Live, type LiveCall, type LiveTold } from "./live";

const AT = "2026-01-02T09:00:00.000Z";
const NOW = Date.parse(AT);
const EMPTY: Live = { state: "connecting", calls: new Map(), people: new Map(), figures: null };

function call(id: string): LiveCall {
  return { id, since: AT, state: "talking" } as LiveCall;
}

function told(change: Partial<LiveTold>): LiveTold {
  return { type: "changes", seq: 2, at: AT, calls: [], gone: [], people: [], figures: null, ...change };
}

describe("after a message", () => {
  const before = after(EMPTY, told({ type: "snapshot", calls: [call("a"), call("b")] }), NOW);

  it("what did not change is the same object", () => {
    const now = after(before, told({ calls: [call("b")] }), NOW);
    expect(now.calls.get("a")).toBe(before.calls.get("a"));
    expect(now.calls.get("b")).not.toBe(before.calls.get("b"));
    expect(now.people).toBe(before.people);
  });

  it("rows keep their place, and new ones come last", () => {
    const now = after(before, told({ calls: [call("c"), call("a")] }), NOW);
    expect([...now.calls.keys()]).toEqual(["a", "b", "c"]);
  });

  it("a snapshot leaves nothing of what was before", () => {
    const lost = { ...before, state: "lost" as const };
    const now = after(lost, told({ type: "snapshot", calls: [call("c")] }), NOW);
    expect(now.state).toBe("open");
    expect([...now.calls.keys()]).toEqual(["c"]);
  });

  it("what is gone is gone", () => {
    expect([...after(before, told({ gone: ["a"] }), NOW).calls.keys()]).toEqual(["b"]);
  });

  it("times are this machine's, whose clock may be wrong", () => {
    const hour = 3_600_000;
    const now = after(EMPTY, told({ calls: [call("a")] }), NOW + hour);
    expect(now.calls.get("a")?.since).toBe("2026-01-02T10:00:00.000Z");
    expect(after(EMPTY, told({ calls: [call("a")] }), NOW + 300).calls.get("a")?.since).toBe(AT);
  });
});
