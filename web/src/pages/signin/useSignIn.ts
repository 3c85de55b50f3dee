import { useMutation, useQueryClient } from "@tanstack/react-query";

import { ask, plainApi } from "@/api/client";
import { door } from "@/api/door";
import { SESSION, type SessionData } from "@/app/session";

export interface Typed {
  name: string;
  password: string;
  code: string;
}

/** Signing in by password; `entered` is who is in then. */
export function useSignIn(entered: (session: SessionData) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, password, code }: Typed) =>
      ask(
        plainApi.POST("/api/v1/session", {
          body: { name, password, ...(code === "" ? {} : { code }) },
        }),
      ),
    onSuccess: (session) => {
      queries.setQueryData(SESSION, session);
      entered(session);
      door.open(session.csrf);
    },
  });
}

/** Signing in with the account of Windows: the browser answers the challenges by itself. */
export function useWindowsSignIn(entered: (session: SessionData) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask(plainApi.GET("/api/v1/session/windows")),
    onSuccess: (session) => {
      queries.setQueryData(SESSION, session);
      entered(session);
      door.open(session.csrf);
    },
  });
}
