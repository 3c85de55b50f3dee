import { expect, test, vi } from "vitest";

import { Problem } from "@/api/problem";

import { type Callback, Callings, randomKey } from "./calling";

function callback(more: Partial<Callback> = {}): Callback {
  return {
    id: "c1",
    state: "ringing_agent",
    reason: null,
    detail: "Your phone rings",
    agent: "anna",
    client_id: "ivan",
    short_code: "71735",
    client_name: "Ivan",
    via: "201",
    created_at: "2026-01-01T00:00:00Z",
    changed_at: "2026-01-01T00:00:00Z",
    ended_at: null,
    ...more,
  };
}

function keys(): () => string {
  let last = 0;
  return () => `key ${++last}`;
}

test("a double click is one call", async () => {
  const order = vi.fn(() => Promise.resolve(callback()));
  const calling = new Callings(order, vi.fn(), keys());
  await Promise.all([calling.begin("ivan"), calling.begin("ivan")]);
  await calling.begin("ivan");
  expect(order).toHaveBeenCalledTimes(1);
  expect(order).toHaveBeenCalledWith("ivan", null, "key 1");
});

test("an order without an answer is sent again under its own key, a refused one under another", async () => {
  const order = vi
    .fn<(client: string, via: string | null, key: string) => Promise<Callback>>()
    .mockRejectedValueOnce(new Problem(0, "no_answer", ""))
    .mockRejectedValueOnce(new Problem(409, "agent_busy", "Another callback goes on"))
    .mockResolvedValueOnce(callback());
  const calling = new Callings(order, vi.fn(), keys());
  await calling.begin("ivan");
  expect(calling.of("ivan").error).toMatchObject({ code: "no_answer" });
  await calling.begin("ivan");
  expect(calling.of("ivan").error).toMatchObject({ code: "agent_busy" });
  await calling.begin("ivan");
  expect(order.mock.calls.map(([, , key]) => key)).toEqual(["key 1", "key 1", "key 2"]);
  expect(calling.of("ivan")).toEqual({ isOrdered: false, callback: callback(), error: null });
});

test("another phone is another order", async () => {
  const order = vi.fn(() => Promise.reject(new Problem(0, "no_answer", "")));
  const calling = new Callings(order, vi.fn(), keys());
  await calling.begin("ivan", "201");
  await calling.begin("ivan", "mobile");
  expect(order.mock.calls).toEqual([
    ["ivan", "201", "key 1"],
    ["ivan", "mobile", "key 2"],
  ]);
});

test("what was told earlier takes nothing back, and the end makes room for the next", async () => {
  const order = vi.fn(() => Promise.resolve(callback()));
  const calling = new Callings(order, vi.fn(), keys());
  calling.told("ivan", callback({ state: "talking", changed_at: "2026-01-01T00:00:09Z" }));
  calling.told("ivan", callback({ state: "ringing_client", changed_at: "2026-01-01T00:00:05Z" }));
  expect(calling.of("ivan").callback?.state).toBe("talking");
  await calling.begin("ivan");
  expect(order).not.toHaveBeenCalled();
  calling.told("ivan", callback({ state: "ended", changed_at: "2026-01-01T00:01:00Z" }));
  await calling.begin("ivan");
  expect(order).toHaveBeenCalledTimes(1);
});

test("what is told while the answer is on its way stays", async () => {
  let answer: (callback: Callback) => void = () => undefined;
  const calling = new Callings(() => new Promise((resolve) => (answer = resolve)), vi.fn(), keys());
  const begun = calling.begin("ivan");
  calling.told("ivan", callback({ state: "talking", changed_at: "2026-01-01T00:00:09Z" }));
  answer(callback());
  await begun;
  expect(calling.of("ivan").callback?.state).toBe("talking");
});

test("cancelling ends what goes on, and says why it could not", async () => {
  const cancel = vi
    .fn<(id: string) => Promise<Callback>>()
    .mockRejectedValueOnce(new Problem(503, "pbx_down", "The PBX cannot be reached"))
    .mockResolvedValueOnce(callback({ state: "ended", changed_at: "2026-01-01T00:00:09Z" }));
  const calling = new Callings(() => Promise.resolve(callback()), cancel, keys());
  await calling.cancel("ivan");
  expect(cancel).not.toHaveBeenCalled();
  await calling.begin("ivan");
  await calling.cancel("ivan");
  expect(calling.of("ivan").error).toMatchObject({ code: "pbx_down" });
  await calling.cancel("ivan");
  expect(calling.of("ivan")).toMatchObject({ callback: { state: "ended" }, error: null });
});

test("keys are long and other each time", () => {
  expect(randomKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(randomKey()).not.toBe(randomKey());
});
