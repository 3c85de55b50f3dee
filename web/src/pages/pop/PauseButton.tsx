import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";
import { StateMark } from "@/ui/StateMark";
import { duration } from "@/ui/time";
import { useNow } from "@/ui/useNow";

import classes from "./pop.module.css";

/** Nothing of my call is recorded while card data is read out; then it is again. */
export function PauseButton({ call }: { call: LiveCall }) {
  const t = useTexts("live");
  const turn = useMutation({
    mutationFn: async (pause: boolean) => {
      const params = { params: { path: { id: call.id } } };
      if (pause) await ask(api.PUT("/api/v1/calls/{id}/recording-pause", params));
      else await ask(api.DELETE("/api/v1/calls/{id}/recording-pause", params));
    },
  });
  if (!call.can.pause) return null;
  const isPaused = call.paused !== null;
  return (
    <>
      {turn.error !== null && <ProblemText error={turn.error} />}
      <Button
        variant={isPaused ? "filled" : "default"}
        loading={turn.isPending}
        title={t(isPaused ? "pause.resumeHint" : "pause.startHint")}
        onClick={() => turn.mutate(!isPaused)}
      >
        {t(isPaused ? "pause.resume" : "pause.start")}
      </Button>
    </>
  );
}

/** That my call is not recorded, and for how long still: whoever paused it. */
export function PausedMark({ paused }: { paused: NonNullable<LiveCall["paused"]> }) {
  const t = useTexts("live");
  const left = (Date.parse(paused.until) - useNow("second")) / 1_000;
  const by = paused.person === null ? undefined : t("pause.by", { person: paused.person });
  return (
    <span className={classes["paused"]} title={by}>
      <span role="status">
        <StateMark state="unrecorded" />
      </span>
      <span className={classes["time"]} role="timer" aria-label={t("pause.left")}>
        {duration(left)}
      </span>
    </span>
  );
}
