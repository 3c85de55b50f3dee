import workletUrl from "./microphone.worklet.ts?worker&url";

/** Telephones carry no more, and what is above would be heard as noise at 8 kHz. */
const HIGHEST_HZ = 3400;

/** Why nobody can be heard: `refused` by the person or his browser, or there is `none`. */
export type NoMicrophone = "refused" | "none";

export class MicrophoneError extends Error {
  constructor(readonly why: NoMicrophone) {
    super(why);
    this.name = "MicrophoneError";
  }
}

interface Taken {
  frame: ArrayBuffer;
  level: number;
}

/** This machine's microphone, from `open` to `close`. */
export class Microphone {
  readonly #stream: MediaStream;
  readonly #context: AudioContext;

  private constructor(stream: MediaStream, context: AudioContext) {
    this.#stream = stream;
    this.#context = context;
  }

  /** `said` gets what it takes, 20 ms at a time. Throws `MicrophoneError`. */
  static async open(said: (frame: ArrayBuffer, level: number) => void): Promise<Microphone> {
    const stream = await take();
    const context = new AudioContext({ latencyHint: "interactive" });
    try {
      await context.audioWorklet.addModule(workletUrl);
      const source = context.createMediaStreamSource(stream);
      const lowPass = [context.createBiquadFilter(), context.createBiquadFilter()] as const;
      for (const filter of lowPass) {
        filter.type = "lowpass";
        filter.frequency.value = HIGHEST_HZ;
      }
      const node = new AudioWorkletNode(context, "callward-microphone", {
        numberOfOutputs: 0,
        channelCount: 1,
        channelCountMode: "explicit",
      });
      node.port.onmessage = (event: MessageEvent<Taken>) => said(event.data.frame, event.data.level);
      source.connect(lowPass[0]).connect(lowPass[1]).connect(node);
      await context.resume();
      return new Microphone(stream, context);
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      await context.close();
      throw error;
    }
  }

  close(): void {
    for (const track of this.#stream.getTracks()) track.stop();
    void this.#context.close();
  }
}

async function take(): Promise<MediaStream> {
  // Absent where the page does not come over TLS or from this machine.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new MicrophoneError("refused");
  try {
    return await devices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    const isMissing = error instanceof DOMException && error.name === "NotFoundError";
    throw new MicrophoneError(isMissing ? "none" : "refused");
  }
}
