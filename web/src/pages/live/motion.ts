import { useSyncExternalStore } from "react";

const KEPT = "callward.motion";
const listeners = new Set<() => void>();

/** When motion was paused, in ms; `null`: things move. */
let pausedAt: number | null = localStorage.getItem(KEPT) === "paused" ? Date.now() : null;
show();

function show(): void {
  if (pausedAt === null) delete document.documentElement.dataset["motion"];
  else document.documentElement.dataset["motion"] = "paused";
}

export function pauseMotion(isPaused: boolean): void {
  pausedAt = isPaused ? Date.now() : null;
  if (isPaused) localStorage.setItem(KEPT, "paused");
  else localStorage.removeItem(KEPT);
  show();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Since when nothing pulses, slides or leaves its place by itself; kept in this browser. */
export function useMotionPaused(): number | null {
  return useSyncExternalStore(subscribe, () => pausedAt);
}
