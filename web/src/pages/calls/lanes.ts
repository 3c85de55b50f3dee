/** A call as lanes over one time axis: who was on the line when, and what happened. Pure. */

import { type Axis, axisOf } from "./axis";
import type { Call, Monitoring } from "./queries";

export type SpanKind = "ringing" | "talking" | "waiting" | "line" | "recording" | "paused" | "listen" | "whisper" | "barge" | "takeover";

export interface LaneSpan {
  kind: SpanKind;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  /** It goes on. */
  isOpen: boolean;
}

export interface LaneMark {
  kind: "transfer" | "announcement" | "note";
  at: number;
  /** Of whom or what: "Anna → Boris", a sound's name, a note's text. */
  text: string;
}

export type LaneKind = "customer" | "queue" | "agent" | "external" | "transfers" | "recording" | "monitor";

export interface Lane {
  key: string;
  kind: LaneKind;
  /** A person's or queue's name; `null`: it is told by the kind alone. */
  name: string | null;
  spans: LaneSpan[];
  marks: LaneMark[];
}

const at = (instant: string | null): number | null => (instant === null ? null : Date.parse(instant));

/** The whole call's axis; what runs goes up to `now`. */
export function callAxis(call: Call, monitorings: readonly Monitoring[], now: number): Axis {
  const instants = [
    call.started_at,
    call.ended_at,
    ...call.legs.flatMap((leg) => [leg.started_at, leg.ended_at]),
    ...call.transfers.map((one) => one.at),
    ...call.announcements.map((one) => one.at),
    ...monitorings.flatMap((one) => [one.started_at, one.ended_at]),
  ].map(at);
  const ends = call.recordings.map((one) => (at(one.started_at) ?? 0) + (one.duration_seconds ?? 0) * 1_000);
  const known = [...instants, ...ends].filter((one): one is number => one !== null && one > 0);
  return axisOf(call.running ? [...known, now] : known) ?? { from: now, to: now + 1_000 };
}

/** Lanes from the customer down, as the call went. */
export function lanes(call: Call, monitorings: readonly Monitoring[], axis: Axis): Lane[] {
  const found: Lane[] = [];
  const customers = call.legs.filter((leg) => leg.party === "customer");
  const end = at(call.ended_at);
  const announced = call.announcements.map(
    (one): LaneMark => ({ kind: "announcement", at: Date.parse(one.at), text: one.sound ?? one.language }),
  );
  if (call.direction !== "internal" || customers.length > 0) {
    const spans =
      customers.length > 0
        ? customers.flatMap((leg) => (call.direction === "inbound" ? lineSpans(leg, axis) : legSpans(leg, axis)))
        : [span("line", Date.parse(call.started_at), end, axis)];
    found.push({ key: "customer", kind: "customer", name: null, spans, marks: announced });
  }
  if (call.queue !== null) {
    const until = at(call.answered_at) ?? end;
    found.push({
      key: "queue",
      kind: "queue",
      name: call.queue,
      spans: [span("waiting", Date.parse(call.started_at), until, axis)],
      marks: [],
    });
  }
  call.legs.forEach((leg, index) => {
    if (leg.party === "customer") return;
    const known = found.find((lane) => lane.kind === leg.party && lane.name !== null && lane.name === leg.name);
    if (known !== undefined) known.spans.push(...legSpans(leg, axis));
    else {
      const kind = leg.party === "agent" ? "agent" : "external";
      found.push({ key: `leg-${index}`, kind, name: leg.name ?? leg.number, spans: legSpans(leg, axis), marks: [] });
    }
  });
  if (call.transfers.length > 0) {
    const marks = call.transfers.map(
      (one): LaneMark => ({ kind: "transfer", at: Date.parse(one.at), text: `${one.by ?? "?"} → ${one.to ?? "?"}` }),
    );
    found.push({ key: "transfers", kind: "transfers", name: null, spans: [], marks });
  }
  const paused = call.pauses.map((one) => pauseSpan(one, end, axis));
  const recorded = call.recordings.filter((one) => one.started_at !== null && one.duration_seconds !== null);
  if (recorded.length > 0) {
    const spans = recorded.map((one) => {
      const from = Date.parse(one.started_at ?? "");
      return span("recording", from, from + (one.duration_seconds ?? 0) * 1_000, axis);
    });
    found.push({ key: "recording", kind: "recording", name: null, spans: [...spans, ...paused], marks: [] });
  } else if (paused.length > 0) {
    found.push({ key: "recording", kind: "recording", name: null, spans: paused, marks: [] });
  }
  for (const one of monitorings) {
    const spans = modeSpans(one, axis);
    const known = found.find((lane) => lane.kind === "monitor" && lane.name === one.person);
    if (known !== undefined) known.spans.push(...spans);
    else found.push({ key: `monitor-${one.id}`, kind: "monitor", name: one.person, spans, marks: [] });
  }
  return found;
}

type Leg = Call["legs"][number];

/** Somebody who was called: it rang, then he talked. */
function legSpans(leg: Leg, axis: Axis): LaneSpan[] {
  const answered = at(leg.answered_at);
  const rang = at(leg.ringing_from);
  const ended = at(leg.ended_at);
  const spans: LaneSpan[] = [];
  if (rang !== null) spans.push(span("ringing", rang, at(leg.ringing_to) ?? answered ?? ended, axis));
  if (answered !== null) spans.push(span("talking", answered, ended, axis));
  return spans.length > 0 ? spans : [span("line", Date.parse(leg.started_at), ended, axis)];
}

/** Who called: on the line from the beginning, talking from the answer. */
function lineSpans(leg: Leg, axis: Axis): LaneSpan[] {
  return [span("line", Date.parse(leg.started_at), at(leg.ended_at), axis)];
}

/** Of a pause that was found over only later, the call's end is its end. */
function pauseSpan(one: Call["pauses"][number], end: number | null, axis: Axis): LaneSpan {
  const until = at(one.ended_at);
  const last = until === null ? end : Math.min(until, end ?? until);
  return span("paused", Date.parse(one.started_at), last, axis);
}

function modeSpans(one: Monitoring, axis: Axis): LaneSpan[] {
  const ended = at(one.ended_at);
  return one.modes.map((mode, index) => {
    const next = one.modes[index + 1];
    const until = next === undefined ? ended : Date.parse(next.at);
    return span(mode.mode, Date.parse(mode.at), until, axis);
  });
}

function span(kind: SpanKind, from: number, to: number | null, axis: Axis): LaneSpan {
  return { kind, from, to: Math.max(from, to ?? axis.to), isOpen: to === null };
}
