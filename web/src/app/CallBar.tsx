import { lazy, Suspense } from "react";

import { useSession } from "./session";

const MyCall = lazy(() => import("@/pages/pop/MyCall"));

/** Who I talk with, on every page, only while I am in a call; then what came of it. */
export function CallBar() {
  const session = useSession();
  if (!session.has("calls.read")) return null;
  return (
    <Suspense fallback={null}>
      <MyCall />
    </Suspense>
  );
}
