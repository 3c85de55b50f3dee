import { expect, test } from "vitest";

import { callAxis, lanes } from "./lanes";
import { pausedSpans } from "./pauses";
import type { Call, Monitoring } from "./queries";

const at = (second: number) => new Date(Date.UTC(2026, 0, 31, 10, 0, second)).toISOString();
const ms = (second: number) => Date.parse(at(second));

type Leg = Call["legs"][number];

const leg = (about: Partial<Leg>): Leg => ({
  channel: null,
  party: "agent",
  name: null,
  number: null,
  started_at: at(0),
  ringing_from: null,
  ringing_to: null,
  answered_at: null,
  ended_at: at(30),
  dial_status: null,
  cause: null,
  ...about,
});

const CALL = {
  id: "01941f29-7c00-7aaa-9bbb-0123456789ab",
  running: false,
  direction: "inbound",
  queue: "Sales",
  started_at: at(0),
  answered_at: at(8),
  ended_at: at(30),
  legs: [
    leg({ party: "customer" }),
    leg({ name: "Anna", ringing_from: at(2), ringing_to: at(8), answered_at: at(8), ended_at: at(20) }),
    leg({ name: "Boris", ringing_from: at(2), ringing_to: at(8), ended_at: at(8) }),
    leg({ name: "Boris", started_at: at(18), ringing_from: at(18), ringing_to: at(20), answered_at: at(20) }),
  ],
  transfers: [{ at: at(20), kind: "attended", by: "Anna", to: "Boris", result: "answered" }],
  announcements: [{ channel: null, sound: "recorded", language: "en", at: at(9), whole: true }],
  recordings: [{ started_at: at(8), duration_seconds: 22 }],
  pauses: [],
} as unknown as Call;

const LISTENING: Monitoring = {
  id: "1",
  person: "Dora",
  started_at: at(10),
  ended_at: at(16),
  reason: null,
  modes: [
    { mode: "listen", at: at(10) },
    { mode: "whisper", at: at(13) },
  ],
};

test("every party has one lane, in the order in which it came", () => {
  const axis = callAxis(CALL, [LISTENING], 0);
  expect(axis).toEqual({ from: ms(0), to: ms(30) });
  const found = lanes(CALL, [LISTENING], axis);
  expect(found.map((lane) => [lane.kind, lane.name])).toEqual([
    ["customer", null],
    ["queue", "Sales"],
    ["agent", "Anna"],
    ["agent", "Boris"],
    ["transfers", null],
    ["recording", null],
    ["monitor", "Dora"],
  ]);
  const boris = found[3];
  expect(boris?.spans.map((span) => [span.kind, span.from, span.to])).toEqual([
    ["ringing", ms(2), ms(8)],
    ["ringing", ms(18), ms(20)],
    ["talking", ms(20), ms(30)],
  ]);
  expect(found[1]?.spans[0]).toMatchObject({ kind: "waiting", from: ms(0), to: ms(8) });
  expect(found[0]?.marks).toEqual([{ kind: "announcement", at: ms(9), text: "recorded" }]);
  expect(found[4]?.marks[0]?.text).toBe("Anna → Boris");
});

test("whoever listened is shown by what he did", () => {
  const axis = callAxis(CALL, [LISTENING], 0);
  const monitor = lanes(CALL, [LISTENING], axis).find((lane) => lane.kind === "monitor");
  expect(monitor?.spans.map((span) => [span.kind, span.from, span.to])).toEqual([
    ["listen", ms(10), ms(13)],
    ["whisper", ms(13), ms(16)],
  ]);
});

test("a pause stands in the recording's lane, and ends with the call at the latest", () => {
  const paused = { person: "Anna", until: at(132), resumed_by: null };
  const pauses = [
    { ...paused, started_at: at(12), ended_at: at(15), ended_by: "person" },
    { ...paused, started_at: at(25), ended_at: at(50), ended_by: "call" },
  ];
  const call = { ...CALL, pauses } as Call;
  const recording = lanes(call, [], callAxis(call, [], 0)).find((lane) => lane.kind === "recording");
  expect(recording?.spans.map((span) => [span.kind, span.from, span.to])).toEqual([
    ["recording", ms(8), ms(30)],
    ["paused", ms(12), ms(15)],
    ["paused", ms(25), ms(30)],
  ]);
  expect(pausedSpans(call.pauses, ms(8), 22)).toEqual([
    { from: 4, to: 7, person: "Anna" },
    { from: 17, to: 22, person: "Anna" },
  ]);
});

test("what runs goes up to now and is open", () => {
  const running = { ...CALL, running: true, ended_at: null, legs: [leg({ party: "customer", ended_at: null })], recordings: [] };
  const axis = callAxis(running, [], ms(45));
  expect(axis.to).toBe(ms(45));
  expect(lanes(running, [], axis)[0]?.spans[0]).toMatchObject({ to: ms(45), isOpen: true });
});

test("a call without legs still has its customer", () => {
  const bare = { ...CALL, legs: [], queue: null, transfers: [], recordings: [], announcements: [] };
  const found = lanes(bare, [], callAxis(bare, [], 0));
  expect(found).toHaveLength(1);
  expect(found[0]?.spans[0]).toMatchObject({ kind: "line", from: ms(0), to: ms(30) });
});
