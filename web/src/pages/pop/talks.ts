import { useSyncExternalStore } from "react";

import type { LiveCall } from "@/api/live";

/** What is typed after a talk, kept until it is saved. */
export interface Draft {
  outcome: string | null;
  note: string;
  task: string;
  due: string | null;
}

/** A talk of mine that is over, and of which nothing is entered yet. */
export interface Talk {
  call: LiveCall;
  endedAt: string;
}

export const EMPTY_DRAFT: Draft = { outcome: null, note: "", task: "", due: null };

/** The call in which I am: one that I answered comes before one that rings. Pure. */
export function mineOf(calls: Iterable<LiveCall>, person: string): LiveCall | null {
  let found: LiveCall | null = null;
  for (const call of calls) {
    if (call.state === "ended") continue;
    if (call.agents.includes(person)) return call;
    if (call.ringing.includes(person)) found = call;
  }
  return found;
}

/** The call that rings at me while I am in another one, or in none. Pure. */
export function ringingOf(calls: Iterable<LiveCall>, person: string): LiveCall | null {
  for (const call of calls) {
    if (call.state !== "ended" && call.ringing.includes(person)) return call;
  }
  return null;
}

/** Talks that wait for their outcome, and what is typed: in this page's memory, nowhere else. */
export class Talks {
  #waiting: readonly Talk[] = [];
  readonly #talked = new Map<string, LiveCall>();
  readonly #drafts = new Map<string, Draft>();
  readonly #listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The latest first. */
  waiting = (): readonly Talk[] => this.#waiting;

  draft(call: string): Draft {
    return this.#drafts.get(call) ?? EMPTY_DRAFT;
  }

  type(call: string, change: Partial<Draft>): void {
    this.#drafts.set(call, { ...this.draft(call), ...change });
    this.#tell();
  }

  /** Looks at the calls as they are now: whoever has left a talk with a customer is asked. */
  see(calls: ReadonlyMap<string, LiveCall>, person: string, now: () => string): void {
    for (const call of calls.values()) {
      if (call.direction === "internal") continue;
      const isIn = call.state !== "ended" && call.agents.includes(person);
      if (isIn && call.answered_at !== null) this.#talked.set(call.id, call);
      else if (!isIn && this.#talked.delete(call.id)) this.#add({ call, endedAt: now() });
      else this.#renew(call);
    }
  }

  /** Saved, or put off. */
  done(call: string): void {
    this.#waiting = this.#waiting.filter((one) => one.call.id !== call);
    this.#drafts.delete(call);
    this.#tell();
  }

  #add(talk: Talk): void {
    this.#waiting = [talk, ...this.#waiting.filter((one) => one.call.id !== talk.call.id)];
    this.#tell();
  }

  /** Who it was became known meanwhile. */
  #renew(call: LiveCall): void {
    const known = this.#waiting.find((one) => one.call.id === call.id);
    if (known === undefined || known.call === call) return;
    this.#waiting = this.#waiting.map((one) => (one === known ? { ...one, call } : one));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const talks = new Talks();

export function useWaiting(): readonly Talk[] {
  return useSyncExternalStore(talks.subscribe, talks.waiting);
}

export function useDraft(call: string): Draft {
  return useSyncExternalStore(talks.subscribe, () => talks.draft(call));
}
