import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Task = Schemas["TaskModel"];
export type TaskChange = Schemas["TaskChange"];
export type TaskWanted = Schemas["TaskWanted"];

export interface TaskQuestion {
  state?: "open" | "overdue" | "closed" | "all" | undefined;
  agent?: string | undefined;
  mine?: boolean | undefined;
  due_before?: string | undefined;
}

export function useTasks(question: TaskQuestion, limit = 100) {
  return useInfiniteQuery({
    queryKey: ["tasks", question, limit],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/tasks", {
          params: {
            query: {
              ...(question.state !== undefined ? { state: question.state } : {}),
              ...(question.agent !== undefined ? { agent: question.agent } : {}),
              ...(question.due_before !== undefined ? { due_before: question.due_before } : {}),
              ...(question.mine ? { mine: true } : {}),
              limit,
              ...pageParam,
            },
          },
          signal,
        }),
      ),
    initialPageParam: {} as { after?: string },
    getNextPageParam: (page) => (page.next === null ? undefined : { after: page.next }),
    // A missed call makes one by itself, and nobody tells the page.
    refetchInterval: 15_000,
  });
}

/** Whatever shows that client's tasks is asked anew. */
function useSettled() {
  const queries = useQueryClient();
  return (task: Task) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["tasks"] }),
      queries.invalidateQueries({ queryKey: ["client", task.client_id, "tasks"] }),
      queries.invalidateQueries({ queryKey: ["client", task.client_id, "timeline"] }),
    ]);
}

export function useChangeTask() {
  const onSuccess = useSettled();
  return useMutation({
    mutationFn: ({ id, ...body }: TaskChange & { id: string }) =>
      ask(api.PATCH("/api/v1/tasks/{id}", { params: { path: { id } }, body })),
    onSuccess,
  });
}

export function useAddTask() {
  const onSuccess = useSettled();
  return useMutation({
    mutationFn: (body: TaskWanted) => ask(api.POST("/api/v1/tasks", { body })),
    onSuccess,
  });
}
