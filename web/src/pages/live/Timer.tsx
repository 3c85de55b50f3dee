import { useCallback } from "react";

import { duration } from "@/ui/time";

/** Running timers of the board: hundreds change in the same moment, without asking React. */
const running = new Map<HTMLElement, number>();
let ticking: ReturnType<typeof setInterval> | undefined;

function paint(element: HTMLElement, since: number, now: number): void {
  const text = duration((now - since) / 1000);
  if (element.textContent !== text) element.textContent = text;
}

function run(element: HTMLElement, since: number): () => void {
  paint(element, since, Date.now());
  running.set(element, since);
  ticking ??= setInterval(() => {
    const now = Date.now();
    for (const [one, began] of running) paint(one, began, now);
  }, 1_000);
  return () => {
    running.delete(element);
    if (running.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** How long something has lasted: `2:41`. */
export function Timer({ since }: { since: string }) {
  const attach = useCallback(
    (element: HTMLElement | null) => (element === null ? undefined : run(element, Date.parse(since))),
    [since],
  );
  return <span ref={attach} role="timer" aria-live="off" />;
}
