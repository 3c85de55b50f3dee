import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

export type Outcome = components["schemas"]["OutcomeModel"];

export const OUTCOMES = ["policies", "outcomes"] as const;

/** What can be said to have come of a talk. */
export function useOutcomes() {
  return useQuery({
    queryKey: OUTCOMES,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/policies/outcomes", { signal })),
    staleTime: 300_000,
  });
}

/** As people read an outcome, also one that is retired; `null` where none was named. */
export function useOutcomeWords(key: string | null): string | null {
  const { data } = useOutcomes();
  if (key === null) return null;
  return [...(data?.items ?? []), ...(data?.retired ?? [])].find((one) => one.key === key)?.words ?? key;
}
