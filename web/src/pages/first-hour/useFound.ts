import { useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import { useEvents } from "@/api/events";

import { type Found, isDone, type Step } from "./steps";

const AGAIN_MS = 4_000;

/** Everything that the steps rest on; what is not done yet is looked at again by itself. */
export function useFound(): { found: Found; error: Error | null } {
  const queries = useQueryClient();
  const again = (step: Step, found: Partial<Found>) =>
    isDone(step, { ...NOTHING, ...found }) === true ? false : AGAIN_MS;
  const settings = useQuery({
    queryKey: ["first-hour", "settings"],
    queryFn: () => ask(api.GET("/api/v1/settings")),
    refetchInterval: (query) => again("number", { settings: query.state.data }),
  });
  const calls = useQuery({
    queryKey: ["first-hour", "calls"],
    queryFn: () => ask(api.GET("/api/v1/calls", { params: { query: { limit: 5 } } })),
    refetchInterval: (query) => again("call", { calls: query.state.data?.items }),
  });
  const people = useQuery({
    queryKey: ["first-hour", "people"],
    queryFn: () => ask(api.GET("/api/v1/people")),
    refetchOnMount: "always",
  });
  const agents = useQuery({
    queryKey: ["first-hour", "agents"],
    queryFn: () => ask(api.GET("/api/v1/agents")),
  });
  const callbacks = useQuery({
    queryKey: ["first-hour", "callbacks"],
    queryFn: () => ask(api.GET("/api/v1/callbacks", { params: { query: { limit: 50 } } })),
  });
  const roles = useQuery({
    queryKey: ["first-hour", "roles"],
    queryFn: () => ask(api.GET("/api/v1/roles")),
    refetchOnMount: "always",
  });
  useEvents("callback", () => void queries.invalidateQueries({ queryKey: ["first-hour", "callbacks"] }));
  return {
    found: {
      settings: settings.data,
      calls: calls.data?.items,
      people: people.data?.items,
      agents: agents.data?.items,
      callbacks: callbacks.data?.items,
      roles: roles.data?.items,
    },
    error: [settings, calls, people, agents, callbacks, roles].find((one) => one.error)?.error ?? null,
  };
}

const NOTHING: Found = {
  settings: undefined,
  calls: undefined,
  people: undefined,
  agents: undefined,
  callbacks: undefined,
  roles: undefined,
};
