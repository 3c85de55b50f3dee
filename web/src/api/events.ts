import { useEffect, useEffectEvent } from "react";

import type { components } from "./schema";
import { type Listening, listen } from "./socket";

type Schemas = components["schemas"];

/** What `/api/v1/events` tells, by its type. */
export interface Happening {
  callback: Schemas["CallbackModel"];
  notice: Schemas["NoticeModel"];
  /** Somebody is away, or back. */
  presence: Schemas["PresenceModel"];
  alert: Schemas["AlertModel"];
  /** Somebody changed a card that this viewer may read; `gone`: he may read it no more. */
  client: { id: string; by: string | null; gone: boolean };
}

type Hearer = (message: Record<string, unknown>) => void;

const hearers = new Set<Hearer>();
const watchers = new Set<(stands: boolean) => void>();
let listening: Listening | null = null;

function hear(hearer: Hearer): () => void {
  hearers.add(hearer);
  listening ??= listen("/api/v1/events", (message) => {
    for (const one of hearers) one(message as Record<string, unknown>);
  }, (stands) => {
    for (const one of watchers) one(stands);
  });
  return () => {
    hearers.delete(hearer);
    if (hearers.size > 0) return;
    listening?.close();
    listening = null;
  };
}

/** Calls `fn` for each event of that type, over the one connection that all hearers share. */
export function useEvents<Type extends keyof Happening>(
  type: Type,
  fn: (what: Happening[Type]) => void,
): void {
  const told = useEffectEvent(fn);
  useEffect(
    () =>
      hear((message) => {
        if (message["type"] === type) told(message[type] as Happening[Type]);
      }),
    [type],
  );
}

/** Calls `fn` each time the connection begins or ends; the daemon ends it where rights changed. */
export function useStanding(fn: (stands: boolean) => void): void {
  const told = useEffectEvent(fn);
  useEffect(() => {
    const watcher = (stands: boolean) => told(stands);
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  }, []);
}
