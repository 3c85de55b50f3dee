import { useEffect, useEffectEvent, useRef } from "react";

import { useLive } from "@/api/live";

/** So long changes are gathered before anything is asked anew: each asking is in the audit. */
const GATHER_MS = 2_000;

/** Calls `changed` when one of these running calls is in another state, or has ended. To be there only
 * while something runs: it listens to what happens now. */
export function Follow({ ids, changed }: { ids: readonly string[]; changed: () => void }) {
  const states = useLive((live) =>
    live.state === "open" ? ids.map((id) => live.calls.get(id)?.state ?? "gone").join() : "",
  );
  const last = useRef("");
  const told = useEffectEvent(changed);
  useEffect(() => {
    if (states === "" || states === last.current) return undefined;
    const isNews = last.current !== "" || states.includes("gone");
    last.current = states;
    if (!isNews) return undefined;
    const timer = setTimeout(() => told(), GATHER_MS);
    return () => clearTimeout(timer);
  }, [states]);
  return null;
}
