import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type LedgerDay = Schemas["LedgerDayModel"];
export type LedgerLook = Schemas["LedgerLookModel"];
export type Difference = Schemas["DifferenceModel"];

const LEDGER = ["control", "ledger"] as const;
const SOON = 1000;

/** Days that were looked at, newest first. */
export function useLedger(since: string) {
  return useQuery({
    queryKey: [...LEDGER, "days", since],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/ledger", { params: { query: { since } }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** One day; asked again while it is being looked at. */
export function useLedgerDay(day: string) {
  return useQuery({
    queryKey: [...LEDGER, "day", day],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/ledger/{day}", { params: { path: { day } }, signal })),
    refetchInterval: (query) => (query.state.data?.checking === true ? SOON : false),
  });
}

/** Looks at a day, or mends it; its answer is what the day then shows. */
export function useLook(day: string, order: "check" | "fix") {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.POST(`/api/v1/ledger/{day}/${order}`, { params: { path: { day } } })),
    onSuccess: (found) => queries.setQueryData([...LEDGER, "day", day], found),
    onSettled: () => queries.invalidateQueries({ queryKey: [...LEDGER, "days"] }),
  });
}
