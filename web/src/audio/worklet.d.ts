/** What an AudioWorklet's own scope has (Web Audio API 1.1); TypeScript knows it only for pages. */
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}

declare const sampleRate: number;

declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
