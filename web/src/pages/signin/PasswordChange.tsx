import { Button, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { ask, plainApi } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { SESSION } from "@/app/session";
import { ProblemText } from "@/ui/Problem";

import { Doorstep } from "./Doorstep";

/** Before anything else: a temporary password is changed to one of his own. */
export function PasswordChange() {
  const t = useTexts("common");
  const queries = useQueryClient();
  const [old, setOld] = useState("");
  const [wanted, setWanted] = useState("");
  const change = useMutation({
    mutationFn: () => ask(plainApi.PUT("/api/v1/session/password", { body: { old, new: wanted } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: SESSION }),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate();
  }

  return (
    <Doorstep>
      <Paper withBorder p="lg">
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Title order={1}>{t("signIn.change")}</Title>
            <Text size="sm">{t("signIn.changeWhy")}</Text>
            <PasswordInput
              label={t("signIn.old")}
              autoComplete="current-password"
              required
              withAsterisk={false}
              autoFocus
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
            <Button type="submit" size="sm" loading={change.isPending}>
              {t("signIn.save")}
            </Button>
          </Stack>
        </form>
      </Paper>
    </Doorstep>
  );
}
