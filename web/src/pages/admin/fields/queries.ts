import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

import { keys } from "../queries";

type Schemas = components["schemas"];

export type Rule = Schemas["FieldRuleModel"];
export type Wanted = Schemas["FieldRuleWanted"];
export type HiddenFrom = Schemas["HiddenFromModel"];

export function useRules() {
  return useQuery({
    queryKey: keys.rules,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/field-rules", { signal })),
  });
}

/** What would be hidden from each, if these rules were set; nothing is changed by asking. */
export function usePreview(wanted: Wanted | null) {
  return useQuery({
    queryKey: [...keys.rules, "preview", wanted],
    queryFn: ({ signal }) => {
      if (wanted === null) throw new Error("asked without a rule");
      return ask(api.POST("/api/v1/field-rules/preview", { body: wanted, signal }));
    },
    enabled: wanted !== null,
    placeholderData: keepPreviousData,
  });
}
