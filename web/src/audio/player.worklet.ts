import { loudness, sides } from "./format";
import { Jitter } from "./jitter";

/** So much of each side is heard on the other ear, too: a voice in one ear alone tires. */
const SPILL = 0.35;
/** Quanta of 128 samples between two levels: about 100 ms. */
const LEVEL_EVERY = 6;

/** Plays the messages that the page hands on, and tells how loud both sides are. */
class Player extends AudioWorkletProcessor {
  readonly #jitter = new Jitter();
  #left = new Float32Array(0);
  #right = new Float32Array(0);
  #quanta = 0;
  #loudest: [number, number] = [0, 0];

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      this.#jitter.put(...sides(event.data));
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [left, right] = outputs[0] ?? [];
    if (left === undefined || right === undefined) return true;
    if (this.#left.length !== left.length) {
      this.#left = new Float32Array(left.length);
      this.#right = new Float32Array(left.length);
    }
    this.#left.fill(0);
    this.#right.fill(0);
    this.#jitter.take(this.#left, this.#right);
    for (let at = 0; at < left.length; at += 1) {
      const customer = this.#left[at] ?? 0;
      const manager = this.#right[at] ?? 0;
      left[at] = customer + SPILL * manager;
      right[at] = manager + SPILL * customer;
    }
    this.#tell();
    return true;
  }

  #tell(): void {
    this.#loudest = [
      Math.max(this.#loudest[0], loudness(this.#left)),
      Math.max(this.#loudest[1], loudness(this.#right)),
    ];
    this.#quanta += 1;
    if (this.#quanta < LEVEL_EVERY) return;
    this.port.postMessage(this.#loudest);
    this.#quanta = 0;
    this.#loudest = [0, 0];
  }
}

registerProcessor("callward-player", Player);
