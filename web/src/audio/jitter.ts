/** Both sides, in samples. */
type Stereo = [Float32Array, Float32Array];

/** Begins to play with so much, so that a late message is no gap: 60 ms. */
export const ENOUGH = 480;
/** More than this is played late by so much: 160 ms. What is above `ENOUGH` is left out then. */
export const TOO_MUCH = 1280;

/**
 * Evens out when messages come. Never holds more than `TOO_MUCH`: who listens hears the call as it is
 * now, with a gap rather than ever later. Pure.
 */
export class Jitter {
  #waiting: Stereo[] = [];
  #length = 0;
  #at = 0;
  #plays = false;

  /** Samples that wait. */
  get length(): number {
    return this.#length;
  }

  put(left: Float32Array, right: Float32Array): void {
    this.#waiting.push([left, right]);
    this.#length += left.length;
    if (this.#length > TOO_MUCH) this.#skip(this.#length - ENOUGH);
  }

  /** Fills these with what is next; with silence where that is not enough. */
  take(left: Float32Array, right: Float32Array): void {
    if (!this.#plays && this.#length < ENOUGH) return;
    this.#plays = true;
    for (let at = 0; at < left.length; at += 1) {
      const first = this.#waiting[0];
      if (first === undefined) {
        this.#plays = false;
        return;
      }
      left[at] = first[0][this.#at] ?? 0;
      right[at] = first[1][this.#at] ?? 0;
      this.#step(1);
    }
  }

  #skip(samples: number): void {
    for (let at = 0; at < samples; at += 1) this.#step(1);
  }

  #step(samples: number): void {
    this.#at += samples;
    this.#length -= samples;
    if (this.#at >= (this.#waiting[0]?.[0].length ?? 0)) {
      this.#waiting.shift();
      this.#at = 0;
    }
  }
}
