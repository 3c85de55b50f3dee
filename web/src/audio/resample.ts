/**
 * From a microphone's rate to another, lower one: each new sample is the mean of those it stands for.
 * With a low-pass before it, that is enough for speech. Pure but for what it carries over.
 */
export class Downsampler {
  readonly #step: number;
  #sum = 0;
  #weight = 0;

  constructor(from: number, to: number) {
    this.#step = from / to;
  }

  /** The new samples that are complete with these. */
  put(samples: Float32Array): number[] {
    const made: number[] = [];
    for (const sample of samples) {
      const room = this.#step - this.#weight;
      if (room > 1) {
        this.#sum += sample;
        this.#weight += 1;
        continue;
      }
      made.push((this.#sum + sample * room) / this.#step);
      this.#sum = sample * (1 - room);
      this.#weight = 1 - room;
    }
    return made;
  }
}
