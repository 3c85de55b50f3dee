import { describe, expect, it } from "vitest";

import type { LiveCall } from "@/api/live";

import { EMPTY_DRAFT, mineOf, ringingOf, Talks } from "./talks";

const NOW = () => "2026-01-02T09:05:00Z";

function call(id: string, change: Partial<LiveCall> = {}): LiveCall {
  return {
    id,
    direction: "inbound",
    state: "talking",
    since: "2026-01-02T09:00:00Z",
    client: null,
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

function seen(talks: Talks, ...calls: LiveCall[]): string[] {
  talks.see(new Map(calls.map((one) => [one.id, one])), "anna", NOW);
  return talks.waiting().map((one) => one.call.id);
}

describe("my call", () => {
  const ringing = call("b", { state: "ringing", agents: [], ringing: ["anna"], answered_at: null });

  it("is the one in which I talk, whatever rings beside it", () => {
    expect(mineOf([ringing, call("a")], "anna")?.id).toBe("a");
    expect(ringingOf([ringing, call("a")], "anna")?.id).toBe("b");
  });

  it("is none of others, and none that is over", () => {
    expect(mineOf([call("a"), ringing], "boris")).toBeNull();
    expect(mineOf([call("a", { state: "ended" })], "anna")).toBeNull();
  });
});

describe("a talk that is over", () => {
  it("waits for its outcome once it was seen running", () => {
    const talks = new Talks();
    expect(seen(talks, call("a"))).toEqual([]);
    expect(seen(talks, call("a", { state: "ended" }))).toEqual(["a"]);
    expect(seen(talks, call("a", { state: "ended" }))).toEqual(["a"]);
    talks.done("a");
    expect(seen(talks, call("a", { state: "ended" }))).toEqual([]);
  });

  it("is over for me when somebody else goes on with it", () => {
    const talks = new Talks();
    seen(talks, call("a"));
    expect(seen(talks, call("a", { agents: ["boris"] }))).toEqual(["a"]);
  });

  it("was not mine, or was over before this page came", () => {
    const talks = new Talks();
    seen(talks, call("a", { agents: ["boris"] }), call("c", { direction: "internal" }));
    const over = { state: "ended" as const };
    expect(seen(talks, call("a", over), call("b", over), call("c", over))).toEqual([]);
  });

  it("that nobody answered asks for nothing", () => {
    const talks = new Talks();
    seen(talks, call("a", { state: "ringing", answered_at: null }));
    expect(seen(talks, call("a", { state: "ended", answered_at: null }))).toEqual([]);
  });

  it("keeps what was typed during it, and learns who it was", () => {
    const talks = new Talks();
    seen(talks, call("a"));
    talks.type("a", { note: "a red door" });
    const client = { id: "1", name: "Jane Ford", short_code: "23450" };
    seen(talks, call("a", { state: "ended" }));
    seen(talks, call("a", { state: "ended", client }));
    expect(talks.waiting()[0]?.call.client).toEqual(client);
    expect(talks.draft("a")).toEqual({ ...EMPTY_DRAFT, note: "a red door" });
    talks.done("a");
    expect(talks.draft("a")).toEqual(EMPTY_DRAFT);
  });
});
