/** Which site's page opened this window: told by the browser, not by an address. */

import { useEffect, useState } from "react";

const KEPT = "callward.dial.at-once";

/** Messages of `embed/button.js`. */
interface Told {
  type: "callward:call";
  code: string;
}

function isTold(data: unknown): data is Told {
  const told = data as Partial<Told> | null;
  return typeof told === "object" && told?.type === "callward:call" && typeof told.code === "string";
}

/**
 * The origin of the page whose button opened this window with these very words; `null` until it has
 * said so, and for every other way here.
 */
export function useOpener(code: string): string | null {
  const [origin, setOrigin] = useState<string | null>(null);
  useEffect(() => {
    const opener = globalThis.opener as Window | null;
    if (opener === null) return;
    const heard = (event: MessageEvent<unknown>): void => {
      if (event.source === opener && isTold(event.data) && event.data.code.trim() === code.trim()) {
        setOrigin(event.origin);
      }
    };
    addEventListener("message", heard);
    // It says nothing but that somebody listens.
    opener.postMessage({ type: "callward:ready" }, "*");
    return () => removeEventListener("message", heard);
  }, [code]);
  return origin;
}

/** Sites whose button calls at once, as this person allowed in this browser. */
export function allowed(person: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`${KEPT}:${person}`) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export function allow(person: string, origin: string, isAllowed: boolean): void {
  const others = allowed(person).filter((one) => one !== origin);
  localStorage.setItem(`${KEPT}:${person}`, JSON.stringify(isAllowed ? [...others, origin] : others));
}
