import { useSyncExternalStore } from "react";

import { api, ask } from "@/api/client";
import { useEvents } from "@/api/events";
import { Problem } from "@/api/problem";
import type { components } from "@/api/schema";

export type Callback = components["schemas"]["CallbackModel"];

/** What is known of calling one client from this page. */
export interface Calling {
  /** The order has been sent, and no answer has come. */
  isOrdered: boolean;
  callback: Callback | null;
  error: Error | null;
}

type Order = (client: string, via: string | null, key: string) => Promise<Callback>;
type Cancel = (id: string) => Promise<Callback>;

const IDLE: Calling = { isOrdered: false, callback: null, error: null };

/** Whether somebody is being called, or talks. */
export function isLive(callback: Callback | null): callback is Callback {
  return callback !== null && callback.state !== "ended";
}

/**
 * Who is being called from this page: one truth for every button of the same client.
 *
 * However often a button is pressed, it is one call: while an order or a call goes on, no other is
 * sent; and an order to which no answer came is sent again under its own key, which the daemon knows.
 */
export class Callings {
  readonly #of = new Map<string, Calling>();
  readonly #keys = new Map<string, { key: string; via: string | null }>();
  readonly #listeners = new Set<() => void>();
  readonly #order: Order;
  readonly #cancel: Cancel;
  readonly #newKey: () => string;

  constructor(order: Order, cancel: Cancel, newKey: () => string = randomKey) {
    this.#order = order;
    this.#cancel = cancel;
    this.#newKey = newKey;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  of(client: string): Calling {
    return this.#of.get(client) ?? IDLE;
  }

  /** Rings me on that phone of mine (`null`: my first chosen one), then the client. */
  async begin(client: string, via: string | null = null): Promise<void> {
    const now = this.of(client);
    if (now.isOrdered || isLive(now.callback)) return;
    const unanswered = this.#keys.get(client);
    const key = unanswered?.via === via ? unanswered.key : this.#newKey();
    this.#keys.set(client, { key, via });
    this.#set(client, { isOrdered: true, callback: null, error: null });
    try {
      const callback = await this.#order(client, via, key);
      this.#keys.delete(client);
      const told = this.of(client).callback;
      const latest = told?.id === callback.id ? later(told, callback) : callback;
      this.#set(client, { isOrdered: false, callback: latest, error: null });
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 0) this.#keys.delete(client);
      this.#set(client, { ...this.of(client), isOrdered: false, error: error as Error });
    }
  }

  async cancel(client: string): Promise<void> {
    const { callback } = this.of(client);
    if (!isLive(callback)) return;
    try {
      this.told(client, await this.#cancel(callback.id));
    } catch (error) {
      this.#set(client, { ...this.of(client), error: error as Error });
    }
  }

  /** A callback of mine has come further. */
  told(client: string, callback: Callback): void {
    const now = this.of(client);
    const before = now.callback;
    if (before?.id === callback.id && later(before, callback) === before) return;
    this.#set(client, { ...now, callback, error: null });
  }

  /** What became of the last call was read. */
  forget(client: string): void {
    const now = this.of(client);
    if (!now.isOrdered && !isLive(now.callback)) this.#set(client, IDLE);
  }

  #set(client: string, calling: Calling): void {
    this.#of.set(client, calling);
    for (const listener of this.#listeners) listener();
  }
}

function later(one: Callback, other: Callback): Callback {
  return Date.parse(other.changed_at) > Date.parse(one.changed_at) ? other : one;
}

/** As `crypto.randomUUID`, which browsers keep from pages that came without TLS. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const callings = new Callings(
  (client, via, key) =>
    ask(
      api.POST("/api/v1/callbacks", {
        headers: { "Idempotency-Key": key },
        body: { client_id: client, ...(via === null ? {} : { via }) },
      }),
    ),
  (id) => ask(api.DELETE("/api/v1/callbacks/{id}", { params: { path: { id } } })),
);

/** Calling that client, as it is now; `person` is who looks at the page. */
export function useCalling(client: string, person: string): Calling {
  useEvents("callback", (told) => {
    if (told.agent === person && told.client_id !== null) callings.told(told.client_id, told);
  });
  return useSyncExternalStore(callings.subscribe, () => callings.of(client));
}
