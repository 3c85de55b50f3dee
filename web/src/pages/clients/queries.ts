import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Client = Schemas["ClientModel"];
export type ClientRow = Schemas["ClientRowModel"];
export type ClientChanges = Schemas["ClientChanges"];
export type CustomField = Schemas["CustomFieldModel"];
export type Task = Schemas["TaskModel"];

export interface ClientQuestion {
  q?: string | undefined;
  number?: string | undefined;
  email?: string | undefined;
  code?: string | undefined;
  curator?: string | undefined;
  category?: string | undefined;
  unassigned?: boolean | undefined;
  open_task?: boolean | undefined;
  created_since?: string | undefined;
  sort?: "created" | "name" | undefined;
}

const PAGE = 100;

export const keys = {
  list: (question: ClientQuestion) => ["clients", question] as const,
  card: (id: string) => ["client", id] as const,
  timeline: (id: string) => ["client", id, "timeline"] as const,
  tasks: (id: string) => ["client", id, "tasks"] as const,
};

/** The list, a page at a time; what it showed stays while another is asked for. */
export function useClients(question: ClientQuestion, enabled = true) {
  return useInfiniteQuery({
    queryKey: keys.list(question),
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/clients", {
          params: { query: { ...asQuery(question), limit: PAGE, ...pageParam } },
          signal,
        }),
      ),
    initialPageParam: {} as { after?: string },
    getNextPageParam: (page) => (page.next === null ? undefined : { after: page.next }),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** Flags stand in the API's questions only where they are set. */
function asQuery(question: ClientQuestion) {
  const { unassigned, open_task, ...rest } = question;
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    ...(unassigned ? { unassigned: true } : {}),
    ...(open_task ? { open_task: true } : {}),
  };
}

/** A card. Each asking is one opening in the audit: it is asked again when it was changed. */
export function useClient(id: string) {
  return useQuery({
    queryKey: keys.card(id),
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/clients/{id}", { params: { path: { id } }, signal })),
    staleTime: 5 * 60_000,
  });
}

export function useTimeline(id: string) {
  return useInfiniteQuery({
    queryKey: keys.timeline(id),
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/clients/{id}/timeline", {
          params: { path: { id }, query: { limit: 50, ...pageParam } },
          signal,
        }),
      ),
    initialPageParam: {} as { after?: string },
    getNextPageParam: (page) => (page.next === null ? undefined : { after: page.next }),
    staleTime: 5 * 60_000,
  });
}

/** What is still to be done with him. */
export function useClientTasks(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.tasks(id),
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/tasks", {
          params: { query: { client_id: id, state: "open", limit: 50 } },
          signal,
        }),
      ),
    enabled,
    staleTime: 5 * 60_000,
  });
}

/** Who opened the card, newest first: for who may read the audit. */
export function useLooks(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ["client", id, "looks"],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/audit", {
          params: { query: { client: id, action: "client_opened", limit: 200 } },
          signal,
        }),
      ),
    enabled,
    staleTime: 5 * 60_000,
  });
}

export function useCategories() {
  return useQuery({
    queryKey: ["categories"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/categories", { signal })),
    staleTime: 5 * 60_000,
  });
}

export function useCustomFields() {
  return useQuery({
    queryKey: ["custom-fields"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/custom-fields", { signal })),
    staleTime: 5 * 60_000,
  });
}

/** People of whom one may know; oneself at least. */
export function usePeople() {
  return useQuery({
    queryKey: ["people"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/people", { signal })),
    staleTime: 5 * 60_000,
  });
}

/** To be called when something of a card was changed by this page. */
export function useCardChanged(id: string): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: keys.card(id) }),
      queries.invalidateQueries({ queryKey: ["clients"] }),
      queries.invalidateQueries({ queryKey: ["tasks"] }),
    ]);
  };
}

/** Changes fields of a card; `changed_at` says which card was read. */
export function useChangeClient(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ClientChanges) =>
      ask(api.PATCH("/api/v1/clients/{id}", { params: { path: { id } }, body })),
    onSuccess: async (card) => {
      queries.setQueryData(keys.card(id), card);
      await queries.invalidateQueries({ queryKey: keys.timeline(id) });
      await queries.invalidateQueries({ queryKey: ["clients"] });
    },
  });
}
