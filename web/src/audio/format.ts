/** What goes over the wire: signed 16-bit little-endian PCM at 8 kHz, 20 ms a message. */
export const RATE = 8000;
export const FRAME = 160;

const FULL = 32768;

/** Both sides of a stereo message, each from -1 to 1. Pure. */
export function sides(message: ArrayBuffer): [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] {
  const view = new DataView(message);
  const length = Math.floor(message.byteLength / 4);
  const left = new Float32Array(length);
  const right = new Float32Array(length);
  for (let at = 0; at < length; at += 1) {
    left[at] = view.getInt16(at * 4, true) / FULL;
    right[at] = view.getInt16(at * 4 + 2, true) / FULL;
  }
  return [left, right];
}

/** A mono message of these samples. Pure. */
export function message(samples: Float32Array): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  samples.forEach((sample, at) => {
    const bounded = Math.max(-1, Math.min(1, sample));
    view.setInt16(at * 2, Math.round(bounded * (FULL - 1)), true);
  });
  return view.buffer;
}

/** How loud that is, from 0 to 1, as an ear takes it: 0 below -54 dB. Pure. */
export function loudness(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let power = 0;
  for (const sample of samples) power += sample * sample;
  const decibel = 10 * Math.log10(power / samples.length + 1e-9);
  return Math.max(0, Math.min(1, 1 + decibel / 54));
}
