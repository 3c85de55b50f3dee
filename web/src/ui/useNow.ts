import { useSyncExternalStore } from "react";

/** One clock for the whole page: every timer on it changes in the same moment. */
function ticking(everyMs: number) {
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const listeners = new Set<() => void>();
  return {
    subscribe(listener: () => void) {
      now = Date.now();
      listeners.add(listener);
      timer ??= setInterval(() => {
        now = Date.now();
        for (const one of listeners) one();
      }, everyMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    now: () => {
      if (timer === undefined) now = Math.max(now, Math.floor(Date.now() / everyMs) * everyMs);
      return now;
    },
  };
}

const seconds = ticking(1_000);
const minutes = ticking(30_000);

/** The time in ms, anew each second or each half minute. */
export function useNow(every: "second" | "minute"): number {
  const clock = every === "second" ? seconds : minutes;
  return useSyncExternalStore(clock.subscribe, clock.now);
}
