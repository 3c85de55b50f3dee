import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components, paths } from "@/api/schema";

type Schemas = components["schemas"];

export type Call = Schemas["CallModel"];
export type Recording = Schemas["RecordingModel"];
export type Pause = Schemas["PauseModel"];
export type Sound = Schemas["RecordingWithWaveform"];
export type LegalHold = Schemas["LegalHoldModel"];
export type CallNote = Schemas["CallNoteModel"];
export type CallQuestion = NonNullable<paths["/api/v1/calls"]["get"]["parameters"]["query"]>;

export type WrapUp = Schemas["WrapUpModel"];
/** Who was on the call beside its own people. */
export type Monitoring = Pick<Schemas["MonitoringModel"], "id" | "person" | "started_at" | "ended_at" | "modes" | "reason">;

const PAGE = 100;
/** Each asking is an entry of the audit: what ended does not change by itself. */
const LONG = 5 * 60_000;

export const keys = {
  all: ["calls"] as const,
  list: (question: CallQuestion) => ["calls", "list", question] as const,
  call: (id: string) => ["calls", "one", id] as const,
  notes: (id: string) => ["calls", "one", id, "notes"] as const,
  wrapUp: (id: string) => ["calls", "one", id, "wrap-up"] as const,
  hold: (id: string) => ["calls", "one", id, "legal-hold"] as const,
  sound: (id: string) => ["recordings", id] as const,
  listens: (id: string) => ["recordings", id, "listens"] as const,
};

/** The journal, newest first, a page at a time. */
export function useCalls(question: CallQuestion) {
  return useInfiniteQuery({
    queryKey: keys.list(question),
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/v1/calls", { params: { query: { ...question, limit: PAGE, ...pageParam } }, signal })),
    initialPageParam: {} as { after?: string },
    getNextPageParam: (page) => (page.next === null ? undefined : { after: page.next }),
    placeholderData: keepPreviousData,
  });
}

export function useCall(id: string) {
  return useQuery({
    queryKey: keys.call(id),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/calls/{id}", { params: { path: { id } }, signal })),
    staleTime: LONG,
  });
}

/** The recording with its peaks. */
export function useSound(id: string) {
  return useQuery({
    queryKey: keys.sound(id),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/recordings/{id}", { params: { path: { id } }, signal })),
    staleTime: LONG,
  });
}

/** Where the sound itself is. */
export function audioOf(id: string): string {
  return `/api/v1/recordings/${id}/audio`;
}

export function useListens(id: string) {
  return useQuery({
    queryKey: keys.listens(id),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/recordings/{id}/listens", { params: { path: { id } }, signal })),
    staleTime: LONG,
  });
}

export function useCallNotes(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.notes(id),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/calls/{id}/notes", { params: { path: { id } }, signal })),
    staleTime: LONG,
    enabled,
  });
}

interface NewNote {
  text: string;
  recording_id?: string;
  at_seconds?: number;
}

/** Writes a note or sets a marker; the list takes it up without asking again. */
export function useAddNote(call: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewNote) => ask(api.POST("/api/v1/calls/{id}/notes", { params: { path: { id: call } }, body })),
    onSuccess: (note) =>
      queries.setQueryData<{ items: CallNote[] }>(keys.notes(call), (known) => ({
        items: [...(known?.items ?? []), note],
      })),
  });
}

export function useRemoveNote(call: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.DELETE("/api/v1/calls/{id}/notes/{note_id}", { params: { path: { id: call, note_id: id } } })),
    onSuccess: (_, id) =>
      queries.setQueryData<{ items: CallNote[] }>(keys.notes(call), (known) => ({
        items: (known?.items ?? []).filter((note) => note.id !== id),
      })),
  });
}

/** Who listened in while it ran: for who may listen himself. */
export function useMonitorings(call: string, enabled: boolean) {
  return useQuery({
    queryKey: ["calls", "one", call, "monitorings"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/monitorings", { params: { query: { call } }, signal })),
    staleTime: LONG,
    enabled,
  });
}

/** What came of the talk. */
export function useWrapUp(call: string) {
  return useQuery({
    queryKey: keys.wrapUp(call),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/calls/{id}/wrap-up", { params: { path: { id: call } }, signal })),
    staleTime: LONG,
  });
}

export function useSaveWrapUp(call: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { outcome: string; note?: string }) =>
      ask(api.PUT("/api/v1/calls/{id}/wrap-up", { params: { path: { id: call } }, body })),
    onSuccess: async (said) => {
      queries.setQueryData(keys.wrapUp(call), said);
      await queries.invalidateQueries({ queryKey: ["reconciliation"] });
    },
  });
}

/** Whether a legal hold stands on the call, or on its client. */
export function useHold(call: string) {
  return useQuery({
    queryKey: keys.hold(call),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/calls/{id}/legal-hold", { params: { path: { id: call } }, signal })),
    staleTime: LONG,
  });
}

/** Sets the hold on the call, or lifts it. */
export function useChangeHold(call: string) {
  const queries = useQueryClient();
  const params = { path: { id: call } };
  return useMutation({
    mutationFn: async ({ lift, reason }: { lift: boolean; reason: string }) => {
      if (lift) await ask(api.DELETE("/api/v1/calls/{id}/legal-hold", { params, body: { reason } }));
      else await ask(api.PUT("/api/v1/calls/{id}/legal-hold", { params, body: { reason } }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.hold(call) }),
  });
}
