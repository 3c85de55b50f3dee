import { useMutation } from "@tanstack/react-query";
import { memo } from "react";

import { api, ask } from "@/api/client";
import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";

import { useWho } from "./Who";

/** Before somebody ends the call of others. */
export const HangUp = memo(function HangUp({ call, onClose }: { call: LiveCall | null; onClose: () => void }) {
  const t = useTexts("live");
  const who = useWho();
  const hangUp = useMutation({
    mutationFn: (id: string) =>
      ask(api.POST("/api/v1/calls/{id}/hangup", { params: { path: { id } } })),
    onSuccess: onClose,
  });
  return (
    <ConfirmNumbers
      opened={call !== null}
      title={t("hangup.title")}
      act={t("hangup.act")}
      isRunning={hangUp.isPending}
      error={hangUp.error}
      onConfirm={() => {
        if (call !== null) hangUp.mutate(call.id);
      }}
      onClose={() => {
        hangUp.reset();
        onClose();
      }}
    >
      {call !== null &&
        t("hangup.body", {
          agents: [...call.agents, ...call.ringing].join(", ") || t("who.nobody"),
          client: who(call),
        })}
    </ConfirmNumbers>
  );
});
