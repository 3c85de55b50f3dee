import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useMemo } from "react";

import { ask, plainApi } from "@/api/client";
import { door } from "@/api/door";
import type { components } from "@/api/schema";
import { type Language } from "@/texts/language";

import { useLanguage } from "./i18n";

export type Right = components["schemas"]["Right"];
export type SessionData = components["schemas"]["SessionModel"];

export interface Session {
  person: string;
  fullName: string;
  role: string;
  department: string | null;
  language: Language;
  rights: Readonly<Record<string, string>>;
  /** Fields that this person does not see. */
  hidden: readonly string[];
  /** Whether he holds that right at all: `has("live.listen")`. */
  has(right: Right): boolean;
  signOut(): Promise<void>;
  data: SessionData;
}

export const SESSION = ["session"] as const;

/** Who is signed in; throws a 401 `Problem` where nobody is. */
export async function fetchSession(): Promise<SessionData> {
  const data = await ask(plainApi.GET("/api/v1/session"));
  door.open(data.csrf);
  return data;
}

/** Asks anew where another tab began another session; another person finds nothing of the first. */
export function followSession(queries: QueryClient): void {
  door.renewal = async () => {
    const before = queries.getQueryData<SessionData>(SESSION);
    const now = await fetchSession();
    if (before !== undefined && before.person !== now.person) globalThis.location.assign("/");
    queries.setQueryData(SESSION, now);
  };
}

/** The session as a query: pages use `useSession`. */
export function useSessionQuery() {
  return useQuery({ queryKey: SESSION, queryFn: fetchSession, retry: false, staleTime: 60_000 });
}

const Current = createContext<Session | null>(null);

export function SessionProvider({ data, children }: { data: SessionData; children: ReactNode }) {
  const language = useLanguage();
  const queries = useQueryClient();
  const session = useMemo<Session>(
    () => ({
      person: data.person,
      fullName: data.full_name ?? data.person,
      role: data.role,
      department: data.department,
      language,
      rights: data.rights,
      hidden: data.hidden,
      has: (right) => (data.rights[right] ?? "none") !== "none",
      signOut: async () => {
        await ask(plainApi.DELETE("/api/v1/session"));
        queries.clear();
        globalThis.location.assign("/");
      },
      data,
    }),
    [data, language, queries],
  );
  return <Current value={session}>{children}</Current>;
}

/** Who is signed in, and what he may do. */
export function useSession(): Session {
  const session = use(Current);
  if (session === null) throw new Error("useSession outside of a session");
  return session;
}
