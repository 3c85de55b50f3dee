import { useSyncExternalStore } from "react";

import { queries } from "@/app/queries";
import { SESSION } from "@/app/session";

import { api, ask } from "./client";
import type { components } from "./schema";
import { type Listening, listen } from "./socket";

type Schemas = components["schemas"];

/** A call as it is now (`/api/v1/live`), with what this viewer may know and do. */
export type LiveCall = Schemas["LiveCall"];
/** An agent as he stands. */
export type LivePerson = Schemas["LivePerson"];
/** The viewer's day. */
export type LiveFigures = Schemas["LiveFigures"];
/** One message. */
export type LiveTold = Schemas["LiveTold"];

export interface Live {
  /** `lost`: what is shown was true when the connection broke. */
  state: "connecting" | "open" | "lost";
  /** Oldest first; those that ended stay for a while. */
  calls: ReadonlyMap<string, LiveCall>;
  people: ReadonlyMap<string, LivePerson>;
  figures: LiveFigures | null;
}

const EMPTY: Live = { state: "connecting", calls: new Map(), people: new Map(), figures: null };
/** Clocks of a well-kept house differ less than this. */
const SAME_CLOCK_MS = 1_000;
const FRAME_MS = 16;

/** What is so after a message: what did not change stays the same object. Pure. */
export function after(before: Live, told: LiveTold, now: number): Live {
  const isWhole = told.type === "snapshot";
  const late = lateness(told, now);
  const calls = new Map(isWhole ? [] : before.calls);
  for (const call of told.calls) calls.set(call.id, late === 0 ? call : callAt(call, late));
  for (const id of told.gone) calls.delete(id);
  let people = before.people;
  if (isWhole || told.people.length > 0) {
    const changed = new Map(isWhole ? [] : before.people);
    for (const person of told.people) changed.set(person.name, personAt(person, late));
    people = changed;
  }
  return { state: "open", calls, people, figures: told.figures ?? before.figures };
}

/** How far this machine's clock is before the daemon's, in ms. */
function lateness(told: LiveTold, now: number): number {
  const late = now - Date.parse(told.at);
  return Math.abs(late) < SAME_CLOCK_MS ? 0 : late;
}

function moved(at: string, late: number): string {
  return new Date(Date.parse(at) + late).toISOString();
}

function callAt(call: LiveCall, late: number): LiveCall {
  const { paused } = call;
  return {
    ...call,
    since: moved(call.since, late),
    paused: paused && { ...paused, since: moved(paused.since, late), until: moved(paused.until, late) },
  };
}

function personAt(person: LivePerson, late: number): LivePerson {
  const { since } = person;
  return late === 0 || since === null ? person : { ...person, since: moved(since, late) };
}

/**
 * A socket cannot say why it ended. If it was the session, this has somebody sign in again; if it
 * was his rights, the pages learn what they are now.
 */
async function askWhy(): Promise<void> {
  try {
    queries.setQueryData(SESSION, await ask(api.GET("/api/v1/session")));
  } catch {
    // The daemon is away: the socket tries again by itself.
  }
}

class LiveStore {
  #now: Live = EMPTY;
  #shown: Live = EMPTY;
  #seq = 0;
  #frame: ReturnType<typeof setTimeout> | null = null;
  #listening: Listening | null = null;
  readonly #listeners = new Set<() => void>();

  snapshot = (): Live => this.#shown;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#listening ??= this.#connect();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#listening?.close();
      this.#listening = null;
      // Nobody keeps it true from here on.
      this.#now = this.#shown = EMPTY;
    };
  };

  #connect(): Listening {
    return listen(
      "/api/v1/live",
      (message) => this.#hear(message as LiveTold),
      (stands) => {
        if (stands || this.#now.state !== "open") return;
        this.#set({ ...this.#now, state: "lost" });
        void askWhy();
      },
    );
  }

  #hear(told: LiveTold): void {
    if (told.type === "changes" && told.seq !== this.#seq + 1) {
      // Something was missed: only a snapshot is true again.
      this.#listening?.close();
      this.#listening = this.#connect();
      return;
    }
    this.#seq = told.seq;
    this.#set(after(this.#now, told, Date.now()));
  }

  /** What comes between two frames is painted once. */
  #set(now: Live): void {
    this.#now = now;
    this.#frame ??= setTimeout(() => {
      this.#frame = null;
      this.#shown = this.#now;
      for (const listener of this.#listeners) listener();
    }, FRAME_MS);
  }
}

const store = new LiveStore();

/** What happens now, kept up to date while any page asks; with a selector, only when that changes. */
export function useLive(): Live;
export function useLive<Part>(select: (live: Live) => Part): Part;
export function useLive<Part>(select?: (live: Live) => Part): Live | Part {
  return useSyncExternalStore(store.subscribe, () => {
    const live = store.snapshot();
    return select === undefined ? live : select(live);
  });
}
