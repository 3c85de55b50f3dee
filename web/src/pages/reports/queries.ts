import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

import type { Span } from "./range";

type Schemas = components["schemas"];

export type CallFigures = Schemas["CallFigures"];
export type PersonFigures = Schemas["PersonFigures"];
export type NumberFigures = Schemas["NumberFigures"];
export type ServiceFigures = Schemas["ServiceFigures"];

export const KINDS = ["hours", "people", "numbers", "service"] as const;
export type Kind = (typeof KINDS)[number];

export interface Asked extends Span {
  /** Of the service report: seconds. */
  within?: number;
}

interface Reports {
  hours: Schemas["HoursReport"];
  people: Schemas["PeopleReport"];
  numbers: Schemas["NumbersReport"];
  service: Schemas["ServiceReport"];
}

const FRESH = 60_000;

/** What a report showed stays while another span is counted. */
export function useReport<Name extends Kind>(kind: Name, asked: Asked) {
  return useQuery({
    queryKey: ["reports", kind, asked],
    queryFn: async ({ signal }) =>
      (await ask(api.GET(`/api/v1/reports/${kind as Kind}`, { params: { query: asked }, signal }))) as Reports[Name],
    placeholderData: keepPreviousData,
    staleTime: FRESH,
  });
}

/** The same as a file, which the browser keeps where it keeps downloads. */
export function useFile() {
  return useMutation({
    mutationFn: async ({ kind, asked }: { kind: Kind; asked: Asked }) => {
      const query = { ...asked, format: "csv" as const };
      const content: unknown = await ask(api.GET(`/api/v1/reports/${kind}`, { params: { query }, parseAs: "blob" }));
      save(content as Blob, `callward-${kind}-${asked.since}-${asked.until}.csv`);
    },
  });
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
