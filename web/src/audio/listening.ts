import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

import { Microphone, MicrophoneError, type NoMicrophone } from "./microphone";
import { type Levels, Player } from "./player";

type Monitoring = components["schemas"]["MonitoringModel"];
export type Mode = Monitoring["mode"];
export type Via = Monitoring["via"];
export type EndedBy = NonNullable<Monitoring["ended_by"]>;

export interface Listened {
  /** `reason`: the company asks for one first. `lost`: the connection broke, it is tried again. */
  phase: "starting" | "reason" | "ringing" | "running" | "lost" | "ended" | "failed";
  mode: Mode;
  via: Via;
  /** What went wrong last; the rest goes on. */
  error: Error | null;
  endedBy: EndedBy | null;
  /** Whether what the microphone takes is sent. */
  isMuted: boolean;
  /** Why there is none; `null`: there is one, or none is needed. */
  noMicrophone: NoMicrophone | null;
  /** This browser cannot play a call, or the page came neither over TLS nor from this machine. */
  isOld: boolean;
}

/** The customer, the manager, and one's own microphone. */
export type AllLevels = readonly [...Levels, number];

const AGAIN_MS = 600;
const MOST_TRIES = 8;
const LOOK_MS = 1000;
const SILENT: AllLevels = [0, 0, 0];

function hold(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** One's own way to be on a call of others, from `begin` to `stop`. */
export class Listening {
  #now: Listened;
  #levels: AllLevels = SILENT;
  #monitoring: Monitoring | null = null;
  #player: Player | null = null;
  #microphone: Microphone | null = null;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #isBegun = false;
  #isStopped = false;
  readonly #call: string;
  readonly #listeners = new Set<() => void>();
  readonly #meters = new Set<(levels: AllLevels) => void>();

  constructor(call: string, mode: Mode) {
    this.#call = call;
    this.#now = {
      phase: "starting",
      mode,
      via: "browser",
      error: null,
      endedBy: null,
      isMuted: false,
      noMicrophone: null,
      isOld: false,
    };
  }

  /** Whether one is on the call, or about to be. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  snapshot = (): Listened => this.#now;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Told some ten times a second how loud everybody is. */
  meter = (listener: (levels: AllLevels) => void): (() => void) => {
    this.#meters.add(listener);
    return () => this.#meters.delete(listener);
  };

  /** Be on the call. Without a microphone nobody is disturbed: one only listens then. */
  async begin(via: Via, reason?: string): Promise<void> {
    this.#isBegun = true;
    this.#change({ phase: "starting", via, error: null, isOld: false });
    try {
      await this.#leaveEarlier();
      const mode = via === "browser" ? await this.#heardMode(this.#now.mode) : this.#now.mode;
      if (via === "browser" && !("AudioWorkletNode" in globalThis)) {
        this.#change({ phase: "failed", isOld: true });
        return;
      }
      if (via === "browser") this.#player ??= await Player.open(this.#metered);
      const body = { call_id: this.#call, mode, via, ...(reason ? { reason } : {}) };
      const monitoring = await ask(api.POST("/api/v1/monitorings", { body }));
      if (this.#isStopped) {
        await this.#leave(monitoring.id);
        return;
      }
      this.#monitoring = monitoring;
      this.#change({ mode });
      if (via === "phone") this.#look();
      else this.#connect();
    } catch (error) {
      this.#release();
      const asked = (error as { code?: unknown }).code === "monitoring_reason" && !reason;
      this.#change({ phase: asked ? "reason" : "failed", error: asked ? null : (error as Error) });
    }
  }

  /** To be on the call in the other way, one leaves it in this one. */
  async #leaveEarlier(): Promise<void> {
    const id = this.#monitoring?.id;
    if (id === undefined) return;
    this.#monitoring = null;
    if (this.#socket !== null) this.#socket.onclose = null;
    this.#socket?.close(1000);
    this.#release();
    this.#change({ noMicrophone: null });
    await this.#leave(id);
  }

  async switchTo(wanted: Mode): Promise<void> {
    const id = this.#monitoring?.id;
    if (id === undefined || wanted === this.#now.mode) return;
    try {
      const mode = this.#now.via === "browser" ? await this.#heardMode(wanted) : wanted;
      const params = { path: { id } };
      await ask(api.PATCH("/api/v1/monitorings/{id}", { params, body: { mode } }));
      this.#change({ mode, error: null });
      if (mode === "listen") this.#closeMicrophone();
    } catch (error) {
      this.#change({ error: error as Error });
    }
  }

  mute(isMuted: boolean): void {
    this.#change({ isMuted });
  }

  /** What shows this is gone: one leaves the call, unless one talks with the customer by now. */
  unshown(): void {
    if (this.#now.mode !== "takeover" || this.#monitoring === null) this.stop();
  }

  /** Leave the call. Who has taken it over hangs up with that. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const id = this.#monitoring?.id;
    if (id !== undefined && this.#now.phase !== "ended") void this.#leave(id);
    this.#socket?.close(1000);
    this.#release();
    this.#change({ phase: "ended", endedBy: "person" });
  }

  /** The mode in which one can be: without a microphone nobody hears, so one listens. */
  async #heardMode(wanted: Mode): Promise<Mode> {
    if (wanted === "listen" || this.#microphone !== null) return wanted;
    try {
      this.#microphone = await Microphone.open(this.#said);
      this.#change({ noMicrophone: null });
      return wanted;
    } catch (error) {
      if (!(error instanceof MicrophoneError)) throw error;
      this.#change({ noMicrophone: error.why });
      return this.#monitoring === null ? "listen" : this.#now.mode;
    }
  }

  #said = (frame: ArrayBuffer, level: number): void => {
    const isSent = !this.#now.isMuted && this.#now.mode !== "listen";
    this.#show([this.#levels[0], this.#levels[1], isSent ? level : 0]);
    if (isSent && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  };

  #metered = ([customer, manager]: Levels): void => {
    this.#show([customer, manager, this.#levels[2]]);
  };

  #show(levels: AllLevels): void {
    this.#levels = levels;
    for (const meter of this.#meters) meter(levels);
  }

  #connect(): void {
    const path = this.#monitoring?.audio;
    if (path === null || path === undefined || this.#isStopped) return;
    const socket = new WebSocket(new URL(path, location.origin.replace(/^http/, "ws")), "callward");
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#tries = 0;
      this.#change({ phase: "running" });
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.#player?.play(event.data);
    socket.onclose = () => {
      this.#show(SILENT);
      if (!this.#isStopped) void this.#lookAfterwards();
    };
    this.#socket = socket;
  }

  /** The sound has ended: with the call, or only its connection. */
  async #lookAfterwards(): Promise<void> {
    const known = await this.#newest();
    if (this.#isStopped || known?.state === "ended") {
      this.#over(known?.ended_by ?? null);
    } else if (this.#tries >= MOST_TRIES) {
      this.#over("page");
    } else {
      this.#tries += 1;
      this.#change({ phase: "lost" });
      this.#timer = setTimeout(() => this.#connect(), AGAIN_MS);
    }
  }

  /** By phone there is no sound here that would end: it is asked how it is. */
  #look(): void {
    this.#timer = setTimeout(async () => {
      const known = await this.#newest();
      if (this.#isStopped) return;
      if (known?.state === "ended") {
        this.#over(known.ended_by);
        return;
      }
      if (known !== null) this.#change({ phase: known.state === "running" ? "running" : "ringing" });
      this.#look();
    }, LOOK_MS);
    if (this.#now.phase === "starting") this.#change({ phase: "ringing" });
  }

  async #newest(): Promise<Monitoring | null> {
    const id = this.#monitoring?.id;
    if (id === undefined) return null;
    const params = { path: { id } };
    return await ask(api.GET("/api/v1/monitorings/{id}", { params })).catch(() => null);
  }

  async #leave(id: string): Promise<void> {
    const params = { path: { id } };
    // Where that does not arrive, the closed connection says the same.
    await ask(api.DELETE("/api/v1/monitorings/{id}", { params })).catch(() => undefined);
  }

  #over(endedBy: EndedBy | null): void {
    this.#release();
    this.#change({ phase: "ended", endedBy });
  }

  #closeMicrophone(): void {
    this.#microphone?.close();
    this.#microphone = null;
    this.#show([this.#levels[0], this.#levels[1], 0]);
  }

  #release(): void {
    this.#player?.close();
    this.#player = null;
    this.#closeMicrophone();
  }

  #change(what: Partial<Listened>): void {
    this.#now = { ...this.#now, ...what };
    const talks = this.#now.mode === "takeover" && this.#now.phase === "running";
    // A customer is not to be lost to a page that is closed by mistake.
    if (talks) addEventListener("beforeunload", hold);
    else removeEventListener("beforeunload", hold);
    for (const listener of this.#listeners) listener();
  }
}
