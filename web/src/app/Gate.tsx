import { Center, Loader } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState, useSyncExternalStore } from "react";
import { useRoute } from "wouter";

import { door } from "@/api/door";
import { Problem } from "@/api/problem";
import { PasswordChange } from "@/pages/signin/PasswordChange";
import { SignIn } from "@/pages/signin/SignIn";
import { SignInDialog } from "@/pages/signin/SignInDialog";
import { TotpSetUp } from "@/pages/signin/TotpSetUp";

import { Frame } from "./Frame";
import { SESSION, SessionProvider, useSessionQuery } from "./session";
import { Unreachable } from "./Unreachable";

/** A window of its own, without the rail. */
const Dial = lazy(() => import("@/pages/dial/Dial"));

/** Nobody passes who is not signed in, or has something to do first. */
export function Gate() {
  const session = useSessionQuery();
  const queries = useQueryClient();
  /** Recovery codes are on the page, which are shown only once: the session must not take them away. */
  const [keepsCodes, setKeepsCodes] = useState(false);
  const [isDial] = useRoute("/dial");
  const isShut = useSyncExternalStore(door.subscribe, () => door.isShut);
  if (session.data !== undefined) {
    if (session.data.must_change_password) return <PasswordChange />;
    if (session.data.must_set_up_totp || keepsCodes) {
      return (
        <TotpSetUp
          onConfirmed={() => setKeepsCodes(true)}
          onDone={() => {
            setKeepsCodes(false);
            void queries.invalidateQueries({ queryKey: SESSION });
          }}
        />
      );
    }
    return (
      <SessionProvider data={session.data}>
        {isDial ? (
          <Suspense fallback={<Center h="50vh"><Loader size="sm" /></Center>}>
            <Dial />
          </Suspense>
        ) : (
          <Frame />
        )}
        {isShut && <SignInDialog person={session.data.person} />}
      </SessionProvider>
    );
  }
  if (session.error instanceof Problem && session.error.status === 401) return <SignIn />;
  if (session.error !== null) return <Unreachable error={session.error} retry={() => void session.refetch()} />;
  return (
    <Center h="100vh">
      <Loader size="sm" />
    </Center>
  );
}
