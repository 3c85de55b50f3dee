import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import classes from "./pop.module.css";

/** The customer of my call hears music; then me again. */
export function HoldButton({ call }: { call: LiveCall }) {
  const t = useTexts("live");
  const turn = useMutation({
    mutationFn: (hold: boolean) => {
      const params = { params: { path: { id: call.id } } };
      return ask(hold ? api.PUT("/api/v1/calls/{id}/hold", params) : api.DELETE("/api/v1/calls/{id}/hold", params));
    },
  });
  if (!call.can.hold) return null;
  if (call.held_by === "phone") {
    return (
      <span className={classes["held"]} role="status">
        {t("hold.byPhone")}
      </span>
    );
  }
  const isHeld = call.held_by === "button";
  return (
    <>
      {turn.error !== null && <ProblemText error={turn.error} />}
      <Button
        variant={isHeld ? "filled" : "default"}
        loading={turn.isPending}
        title={t(isHeld ? "hold.resumeHint" : "hold.startHint")}
        onClick={() => turn.mutate(!isHeld)}
      >
        {t(isHeld ? "hold.resume" : "hold.start")}
      </Button>
    </>
  );
}
