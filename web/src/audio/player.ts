import { RATE } from "./format";
import workletUrl from "./player.worklet.ts?worker&url";

/** How loud the customer and the manager are, each from 0 to 1. */
export type Levels = readonly [number, number];

/** The sound of a call in this page. */
export class Player {
  readonly #context: AudioContext;
  readonly #node: AudioWorkletNode;

  private constructor(context: AudioContext, node: AudioWorkletNode) {
    this.#context = context;
    this.#node = node;
  }

  /** To be called from a click, or the browser keeps it silent. */
  static async open(levels: (now: Levels) => void): Promise<Player> {
    // At the sound's own rate: the browser itself brings it to that of the loudspeaker.
    const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    try {
      await context.audioWorklet.addModule(workletUrl);
      const node = new AudioWorkletNode(context, "callward-player", {
        numberOfInputs: 0,
        outputChannelCount: [2],
      });
      node.port.onmessage = (event: MessageEvent<Levels>) => levels(event.data);
      node.connect(context.destination);
      await context.resume();
      return new Player(context, node);
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  /** A message of the daemon's. */
  play(sound: ArrayBuffer): void {
    this.#node.port.postMessage(sound, [sound]);
  }

  close(): void {
    this.#node.disconnect();
    void this.#context.close();
  }
}
