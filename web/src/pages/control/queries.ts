import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components, paths } from "@/api/schema";

type Schemas = components["schemas"];

export type Talk = Schemas["TalkModel"];
export type MissedClient = Schemas["MissedModel"];
export type QuietShare = Schemas["QuietModel"];
export type QuietClient = Schemas["WentQuietModel"];
export type Alert = Schemas["AlertModel"];
export type DigitEdit = Schemas["DigitEditModel"];
export type Export = Schemas["ExportModel"];
export type Listened = Schemas["ListenedModel"];
export type Paused = Schemas["PausedModel"];
export type PausesOf = Schemas["PausesOfModel"];

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Asked } } }
  ? NonNullable<Asked>
  : never;

const PAGE = 50;
const keys = {
  talks: ["control", "talks"] as const,
  alerts: ["control", "alerts"] as const,
  digits: ["control", "digits"] as const,
};

interface OnePage<Row> {
  items: Row[];
  next: string | null;
}

/** A list a page at a time; what it showed stays while another is asked for. */
function useList<Row, One extends OnePage<Row> = OnePage<Row>>(
  key: readonly unknown[],
  load: (after: { after?: string }, signal: AbortSignal) => Promise<One>,
) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: {} as { after?: string },
    getNextPageParam: (page) => (page.next === null ? undefined : { after: page.next }),
    placeholderData: keepPreviousData,
  });
}

export function useTalks(asked: Query<"/api/v1/reconciliation">) {
  return useList<Talk>([...keys.talks, asked], (after, signal) =>
    ask(api.GET("/api/v1/reconciliation", { params: { query: { ...asked, limit: PAGE, ...after } }, signal })),
  );
}

export function useTalk(id: string) {
  return useQuery({
    queryKey: [...keys.talks, "one", id],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/reconciliation/{call_id}", { params: { path: { call_id: id } }, signal })),
  });
}

export function useMissed(asked: Query<"/api/v1/control/missed">) {
  return useList<MissedClient>(["control", "missed", asked], (after, signal) =>
    ask(api.GET("/api/v1/control/missed", { params: { query: { ...asked, limit: PAGE, ...after } }, signal })),
  );
}

export function useQuietShares() {
  return useQuery({
    queryKey: ["control", "quiet"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/control/quiet", { signal })),
    staleTime: 5 * 60_000,
  });
}

export function useQuietOf(name: string) {
  return useList<QuietClient>(["control", "quiet", name], (after, signal) =>
    ask(
      api.GET("/api/v1/control/quiet/{name}", {
        params: { path: { name }, query: { limit: PAGE, ...after } },
        signal,
      }),
    ),
  );
}

export function useAlerts(asked: Query<"/api/v1/alerts">) {
  return useList<Alert>([...keys.alerts, asked], (after, signal) =>
    ask(api.GET("/api/v1/alerts", { params: { query: { ...asked, limit: PAGE, ...after } }, signal })),
  );
}

export function useDigitEdits(asked: Query<"/api/v1/reports/digit-edits">) {
  return useList<DigitEdit>([...keys.digits, asked], (after, signal) =>
    ask(api.GET("/api/v1/reports/digit-edits", { params: { query: { ...asked, limit: PAGE, ...after } }, signal })),
  );
}

export function useExports(asked: Query<"/api/v1/exports">) {
  return useList<Export>(["control", "exports", asked], (after, signal) =>
    ask(api.GET("/api/v1/exports", { params: { query: { ...asked, limit: PAGE, ...after } }, signal })),
  );
}

export function useListened(asked: Query<"/api/v1/control/monitorings">) {
  return useList<Listened>(["control", "monitorings", asked], (after, signal) =>
    ask(api.GET("/api/v1/control/monitorings", { params: { query: { ...asked, limit: PAGE, ...after } }, signal })),
  );
}

export function usePauses(asked: Query<"/api/v1/control/pauses">) {
  return useList<Paused, OnePage<Paused> & { people: PausesOf[] }>(["control", "pauses", asked], (after, signal) =>
    ask(api.GET("/api/v1/control/pauses", { params: { query: { ...asked, limit: PAGE, ...after } }, signal })),
  );
}

/** What is done about something in a list, which is then asked for anew. */
function useAct<Wanted, Made>(touched: readonly unknown[], act: (wanted: Wanted) => Promise<Made>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => queries.invalidateQueries({ queryKey: touched }),
  });
}

export function useAsk() {
  return useAct(keys.talks, ({ call_id, text }: { call_id: string; text?: string }) =>
    ask(
      api.POST("/api/v1/reconciliation/{call_id}/question", {
        params: { path: { call_id } },
        body: text === undefined ? {} : { text },
      }),
    ),
  );
}

export function useSettle() {
  return useAct(keys.talks, ({ call_id, reason }: { call_id: string; reason: string }) =>
    ask(
      api.POST("/api/v1/reconciliation/{call_id}/settle", { params: { path: { call_id } }, body: { reason } }),
    ),
  );
}

export function useSettleAlert() {
  return useAct(keys.alerts, ({ id, note }: { id: string; note: string }) =>
    ask(api.PATCH("/api/v1/alerts/{id}", { params: { path: { id } }, body: { note } })),
  );
}

export function useUndo() {
  return useAct(keys.digits, (id: string) =>
    ask(api.POST("/api/v1/changes/{id}/undo", { params: { path: { id } } })),
  );
}
