import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";

const CallView = lazy(() => import("./CallView"));

/** The list comes without the player; that comes with the first call that is opened. */
export function LazyCallView({ id }: { id: string }) {
  return (
    <Suspense fallback={<Skeleton h={320} />}>
      <CallView id={id} />
    </Suspense>
  );
}
