import { FRAME, RATE, loudness, message } from "./format";
import { Downsampler } from "./resample";

/** Hands what the microphone takes to the page, 20 ms at a time: `{frame, level}`. */
class Microphone extends AudioWorkletProcessor {
  readonly #downsampler = new Downsampler(sampleRate, RATE);
  #waiting: number[] = [];

  process(inputs: Float32Array[][]): boolean {
    const samples = inputs[0]?.[0];
    if (samples === undefined) return true;
    this.#waiting.push(...this.#downsampler.put(samples));
    while (this.#waiting.length >= FRAME) {
      const frame = Float32Array.from(this.#waiting.splice(0, FRAME));
      const sound = message(frame);
      this.port.postMessage({ frame: sound, level: loudness(frame) }, [sound]);
    }
    return true;
  }
}

registerProcessor("callward-microphone", Microphone);
