import { useMutation, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import { useEvents } from "@/api/events";
import type { components } from "@/api/schema";
import { useLanguage, useTexts } from "@/app/i18n";
import { queries } from "@/app/queries";
import { useSession } from "@/app/session";
import { untilText } from "@/pages/tasks/due";

type Schemas = components["schemas"];
export type Presence = Schemas["PresenceModel"];
export type AwayReason = Schemas["AwayReason"];
type Wanted = Schemas["AwayWanted"];

export const REASONS = ["break", "meeting", "training", "day_off"] as const satisfies readonly AwayReason[];

export const PRESENCE = ["presence"] as const;

function keyOf(name: string | null) {
  return name === null ? [...PRESENCE, "own"] : [...PRESENCE, "of", name];
}

/** Whether calls ring at me; kept true by what the daemon tells. */
export function useOwnPresence() {
  const { person } = useSession();
  useEvents("presence", (told) => {
    // Of others he may say other things than of himself: their pages ask anew.
    if (told.person === person) queries.tell(keyOf(null), told);
    else void queries.invalidateQueries({ queryKey: keyOf(told.person) });
    void queries.invalidateQueries({ queryKey: [...PRESENCE, "all"] });
  });
  return usePresence(null);
}

/** Somebody's; `null`: one's own. */
export function usePresence(name: string | null, enabled = true) {
  return useQuery({
    queryKey: keyOf(name),
    queryFn: ({ signal }) =>
      ask(
        name === null
          ? api.GET("/api/v1/presence", { signal })
          : api.GET("/api/v1/people/{name}/presence", { params: { path: { name } }, signal }),
      ),
    enabled,
  });
}

/** Everybody whom he may know of, by name. */
export function usePresences() {
  return useQuery({
    queryKey: [...PRESENCE, "all"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/presences", { signal })),
    select: ({ items }) => new Map(items.map((one) => [one.person, one])),
  });
}

/** Away (what is wanted), or back (`null`); of somebody, or (`null`) of oneself. */
export function useMark(name: string | null, onDone?: () => void) {
  return useMutation({
    mutationFn: (wanted: Wanted | null) => ask(name === null ? markSelf(wanted) : markOther(name, wanted)),
    onSuccess: (now) => {
      queries.tell(keyOf(name), now);
      onDone?.();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: PRESENCE }),
  });
}

function markSelf(wanted: Wanted | null) {
  return wanted === null ? api.DELETE("/api/v1/presence") : api.PUT("/api/v1/presence", { body: wanted });
}

function markOther(name: string, wanted: Wanted | null) {
  const params = { path: { name } };
  return wanted === null
    ? api.DELETE("/api/v1/people/{name}/presence", { params })
    : api.PUT("/api/v1/people/{name}/presence", { params, body: wanted });
}

/** `13:00`; of another day than today, its date. */
export function useMoment(): (at: string) => string {
  const language = useLanguage();
  return (at) => untilText(new Date(at), new Date(), language);
}

/** `break until 13:00`; without a reason `away`. */
export function useAwayWords(): (away: { reason: AwayReason | null; until: string | null }) => string {
  const t = useTexts("common");
  const moment = useMoment();
  return ({ reason, until }) => {
    const why = reason === null ? t("state.away") : t(`presence.reason.${reason}`);
    return until === null ? why : t("presence.until", { why, at: moment(until) });
  };
}
