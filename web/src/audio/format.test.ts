import { describe, expect, it } from "vitest";

import { loudness, message, sides } from "./format";
import { ENOUGH, Jitter, TOO_MUCH } from "./jitter";
import { Downsampler } from "./resample";

function tone(hertz: number, rate: number, seconds: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: rate * seconds }, (_, at) => Math.sin((2 * Math.PI * hertz * at) / rate));
}

describe("the format", () => {
  it("keeps the sides apart", () => {
    const view = new DataView(new ArrayBuffer(8));
    [16384, -16384, 32767, -32768].forEach((value, at) => view.setInt16(at * 2, value, true));
    const [left, right] = sides(view.buffer);
    expect([...left].map((one) => Math.round(one * 100))).toEqual([50, 100]);
    expect([...right].map((one) => Math.round(one * 100))).toEqual([-50, -100]);
  });

  it("bounds what is too loud", () => {
    const view = new DataView(message(Float32Array.of(0, 2, -2)));
    expect([0, 2, 4].map((at) => view.getInt16(at, true))).toEqual([0, 32767, -32767]);
  });

  it("tells loud from silent", () => {
    expect(loudness(new Float32Array(160))).toBe(0);
    expect(loudness(tone(440, 8000, 0.02))).toBeGreaterThan(0.9);
    expect(loudness(new Float32Array(0))).toBe(0);
  });
});

describe("what evens out the messages", () => {
  const frame = (value: number) => new Float32Array(160).fill(value);

  it("begins once there is enough, and goes on without a gap", () => {
    const jitter = new Jitter();
    const [left, right] = [frame(0), frame(0)];
    jitter.put(frame(1), frame(-1));
    jitter.take(left, right);
    expect(left[0]).toBe(0);
    for (let at = 1; at * 160 < ENOUGH; at += 1) jitter.put(frame(1), frame(-1));
    jitter.take(left, right);
    expect([left[0], right[159]]).toEqual([1, -1]);
  });

  it("leaves out what would be heard too late", () => {
    const jitter = new Jitter();
    for (let at = 0; at < 50; at += 1) jitter.put(frame(at), frame(at));
    expect(jitter.length).toBeLessThanOrEqual(TOO_MUCH);
    const left = frame(0);
    jitter.take(left, frame(0));
    expect(left[0]).toBeGreaterThan(40);
  });

  it("gathers anew after it ran dry", () => {
    const jitter = new Jitter();
    for (let at = 0; at < 3; at += 1) jitter.put(frame(1), frame(1));
    const left = frame(0);
    for (let at = 0; at < 4; at += 1) jitter.take(left.fill(0), frame(0));
    expect(left[0]).toBe(0);
    jitter.put(frame(1), frame(1));
    jitter.take(left.fill(0), frame(0));
    expect(left[0]).toBe(0);
  });
});

describe("the way from the microphone's rate", () => {
  it.each([48_000, 44_100, 16_000, 8_000])("keeps a tone at %i Hz, and its length", (rate) => {
    const made = new Downsampler(rate, 8000).put(tone(400, rate, 1));
    expect(Math.abs(made.length - 8000)).toBeLessThanOrEqual(1);
    const crossings = made.filter((one, at) => at > 0 && one >= 0 && (made[at - 1] ?? 0) < 0).length;
    expect(Math.abs(crossings - 400)).toBeLessThanOrEqual(2);
    expect(Math.max(...made)).toBeGreaterThan(0.9);
  });
});
