import { Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { ask, plainApi } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

interface Props {
  /** How the one is called that he has now. */
  oldLabel: string;
  act: string;
  autoFocus?: boolean;
  onDone: () => void;
}

/** One's own password, changed; the rules are said before, and what is wrong in words. */
export function PasswordForm({ oldLabel, act, autoFocus = false, onDone }: Props) {
  const t = useTexts("common");
  const [old, setOld] = useState("");
  const [wanted, setWanted] = useState("");
  const change = useMutation({
    mutationFn: () => ask(plainApi.PUT("/api/v1/session/password", { body: { old, new: wanted } })),
    onSuccess: () => {
      setOld("");
      setWanted("");
      onDone();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordInput
          label={oldLabel}
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus={autoFocus}
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
        />
        <PasswordInput
          label={t("signIn.new")}
          description={t("signIn.newHint")}
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={10}
          maxLength={80}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
        />
        {change.error !== null && <ProblemText error={change.error} />}
        <div>
          <Button type="submit" size="sm" loading={change.isPending}>
            {act}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
