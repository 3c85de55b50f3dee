import { type QueryKey, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Person = Schemas["PersonModel"];
export type Role = Schemas["RoleModel"];
export type Department = Schemas["DepartmentModel"];
export type Right = Schemas["Right"];

/** Under these names the areas of the console keep what they asked. */
export const keys = {
  people: ["people"] as const,
  left: ["people", "left"] as const,
  roles: ["roles"] as const,
  departments: ["departments"] as const,
  rules: ["field-rules"] as const,
};

export function usePeople() {
  return useQuery({
    queryKey: keys.people,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/people", { signal })),
  });
}

export function useLeft(enabled: boolean) {
  return useQuery({
    queryKey: keys.left,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/people", { params: { query: { left: true } }, signal })),
    enabled,
  });
}

export function useRoles(enabled = true) {
  return useQuery({
    queryKey: keys.roles,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/roles", { signal })),
    enabled,
  });
}

export function useDepartments(enabled = true) {
  return useQuery({
    queryKey: keys.departments,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/departments", { signal })),
    enabled,
  });
}

export function useCustomFields(enabled = true) {
  return useQuery({
    queryKey: ["custom-fields"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/custom-fields", { signal })),
    enabled,
  });
}

/** Something is changed; afterwards whatever these keys begin is asked anew. */
export function useAct<Wanted, Made>(
  work: (wanted: Wanted) => Promise<Made>,
  touches: readonly QueryKey[],
  onDone?: (made: Made, wanted: Wanted) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: (made, wanted) => onDone?.(made, wanted),
    // Also where it was refused: somebody else may have changed it meanwhile, or a part of it was done.
    onSettled: () => Promise.all(touches.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
