import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useEvents } from "@/api/events";
import { useSession } from "@/app/session";

import { keys, useClient } from "../queries";
import { isGone } from "./meanwhile";

/**
 * The card, kept as it is now: who else changes it is told, and where it was taken away while the
 * page was open, what was read and typed stays.
 */
export function useCardStanding(id: string) {
  const session = useSession();
  const queries = useQueryClient();
  const card = useClient(id);
  const [by, setBy] = useState<{ person: string; at: string } | null>(null);
  const [wasTaken, setTaken] = useState(false);
  const archived = useQuery({
    queryKey: ["client", id, "archived"],
    queryFn: () => false,
    initialData: false,
    staleTime: Infinity,
  });

  useEvents("client", (change) => {
    if (change.id !== id) return;
    setTaken(change.gone);
    if (change.gone) return;
    if (change.by !== null && change.by !== session.person) {
      setBy({ person: change.by, at: new Date().toISOString() });
    }
    // What this page changes itself, it asks for itself; another of this person's does not.
    if (change.by !== session.person || queries.isMutating() === 0) {
      void queries.invalidateQueries({ queryKey: keys.card(id) });
    }
  });

  // What a call made of itself: the talk, a closed task.
  useEvents("callback", (told) => {
    if (told.client_id === id && told.state === "ended") {
      void queries.invalidateQueries({ queryKey: keys.timeline(id) });
      void queries.invalidateQueries({ queryKey: keys.tasks(id) });
    }
  });

  const gone = card.data !== undefined && (wasTaken || isGone(card.error));
  return {
    card: card.data,
    error: card.data === undefined ? card.error : null,
    retry: () => void card.refetch(),
    /** Who else changed the card last, while it was open here. */
    by,
    read: () => setBy(null),
    /** It may be read no more; what stands here is how it was. */
    isGone: gone || archived.data,
    /** By this page, just now. */
    isArchivedHere: archived.data,
  };
}
