import { useState, useSyncExternalStore } from "react";

/** Rows that are drawn beyond what is in sight, above and below. */
const SPARE = 10;
/** The window moves in steps of so many rows. */
const STEP = 5;

export interface Window {
  first: number;
  /** Not drawn any more. */
  end: number;
}

/** How much of a list has gone out of sight at the top; measured when something is scrolled. */
class Sight {
  above = 0;
  #list: HTMLElement | null = null;

  attach = (list: HTMLElement | null): void => {
    this.#list = list;
    this.#look();
  };

  subscribe = (changed: () => void): (() => void) => {
    const look = (): void => {
      this.#look();
      changed();
    };
    // Whatever it stands in is scrolled: such events are caught on their way down.
    document.addEventListener("scroll", look, { capture: true, passive: true });
    globalThis.addEventListener("resize", look);
    return () => {
      document.removeEventListener("scroll", look, { capture: true });
      globalThis.removeEventListener("resize", look);
    };
  };

  #look(): void {
    this.above = this.#list === null ? 0 : Math.max(0, -this.#list.getBoundingClientRect().top);
  }
}

/** Of a list whose rows are of one height: which of them are in sight. */
export function useWindow(rowHeight: number): [attach: (list: HTMLElement | null) => void, Window] {
  const [sight] = useState(() => new Sight());
  const seen = useSyncExternalStore(
    sight.subscribe,
    () => Math.floor(sight.above / rowHeight / STEP) * STEP,
  );
  const inSight = Math.ceil(globalThis.innerHeight / rowHeight) + STEP;
  return [sight.attach, { first: Math.max(0, seen - SPARE), end: seen + inSight + SPARE }];
}
