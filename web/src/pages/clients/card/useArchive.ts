import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/api/client";

import { keys } from "../queries";

/** Into the archive, and back. */
export function useArchive(id: string) {
  const queries = useQueryClient();
  const path = { id };
  const archive = useMutation({
    mutationFn: () => ask(api.DELETE("/api/v1/clients/{id}", { params: { path } })),
    onSuccess: () => {
      queries.setQueryData(["client", id, "archived"], true);
      void queries.invalidateQueries({ queryKey: ["clients"] });
    },
  });
  const restore = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/clients/{id}/restore", { params: { path } })),
    onSuccess: async () => {
      queries.setQueryData(["client", id, "archived"], false);
      await queries.invalidateQueries({ queryKey: keys.card(id) });
      await queries.invalidateQueries({ queryKey: ["clients"] });
    },
  });
  return { archive, restore };
}
