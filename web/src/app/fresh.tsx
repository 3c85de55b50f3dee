import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Redirect } from "wouter";

import { api, ask } from "@/api/client";

import { NotFound } from "./NotFound";
import { type Session, useSession } from "./session";

/** Who leads an installation through its first hour. */
export function leads(session: Session): boolean {
  return session.has("system.read") && session.has("policy.read") && session.has("calls.read");
}

/** Whether no call was captured yet; undefined while that is not known. */
export function useIsFresh(): boolean | undefined {
  const session = useSession();
  const calls = useQuery({
    queryKey: ["first-hour", "any-call"],
    queryFn: () => ask(api.GET("/api/v1/calls", { params: { query: { limit: 1 } } })),
    enabled: leads(session),
    staleTime: Infinity,
    retry: false,
  });
  if (!leads(session) || calls.isError) return false;
  return calls.data && calls.data.items.length === 0;
}

/** The first page: where an empty installation leads, else the person's own first one. */
export function Start({ first }: { first: string | undefined }) {
  const isFresh = useIsFresh();
  if (isFresh === undefined) {
    return (
      <Center h="50vh">
        <Loader size="sm" />
      </Center>
    );
  }
  if (isFresh) return <Redirect to="/first-hour" replace />;
  return first === undefined ? <NotFound /> : <Redirect to={first} replace />;
}
