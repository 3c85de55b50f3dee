import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

export type Details = components["schemas"]["ImportDetails"];
export type Existing = components["schemas"]["Existing"];

export const KEY = ["imports"];
export const TABLES =
  ".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const AGAIN_MS = 700;

/** A request whose body is that file, as it is. */
export function sendFile(file: File) {
  return {
    // The API's description says nothing of bodies that are no JSON.
    body: file as unknown as never,
    bodySerializer: (body: unknown) => body as File,
    headers: { "Content-Type": "application/octet-stream" },
  };
}

/** One import: how it is understood, or how far it is. */
export function useImport(id: string, existing: Existing) {
  return useQuery({
    queryKey: [...KEY, id, existing],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/imports/{id}", { params: { path: { id }, query: { existing } }, signal })),
    refetchInterval: (query) => (query.state.data?.state === "running" ? AGAIN_MS : false),
  });
}
