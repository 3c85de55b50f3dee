import { Button, Code, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { ask, plainApi } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { SESSION } from "@/app/session";
import { ProblemText } from "@/ui/Problem";

import { Doorstep } from "./Doorstep";

/** Before anything else, where his role needs one-time codes. */
export function TotpSetUp() {
  const t = useTexts("common");
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  const begin = useMutation({ mutationFn: () => ask(plainApi.POST("/api/v1/session/totp")) });
  const confirm = useMutation({
    mutationFn: () => ask(plainApi.PUT("/api/v1/session/totp", { body: { code: code.trim() } })),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate();
  }

  return (
    <Doorstep>
      <Paper withBorder p="lg">
        <Stack gap="sm">
          <Title order={1}>{t("signIn.totp")}</Title>
          {confirm.data !== undefined ? (
            <>
              <Text size="sm">{t("signIn.recovery")}</Text>
              <Code block>{confirm.data.recovery_codes.join("\n")}</Code>
              <Button size="sm" onClick={() => void queries.invalidateQueries({ queryKey: SESSION })}>
                {t("signIn.goOn")}
              </Button>
            </>
          ) : begin.data === undefined ? (
            <>
              <Text size="sm">{t("signIn.totpWhy")}</Text>
              {begin.error !== null && <ProblemText error={begin.error} />}
              <Button size="sm" loading={begin.isPending} onClick={() => begin.mutate()}>
                {t("signIn.totpBegin")}
              </Button>
            </>
          ) : (
            <form onSubmit={submit}>
              <Stack gap="sm">
                <Text size="sm">{t("signIn.totpHow")}</Text>
                <Code block>{begin.data.secret}</Code>
                <a href={begin.data.uri}>{t("signIn.totpOpen")}</a>
                <TextInput
                  label={t("signIn.code")}
                  autoComplete="one-time-code"
                  inputMode="numeric"
                  required
                  withAsterisk={false}
                  autoFocus
                  value={code}
                  onChange={(event) => setCode(event.currentTarget.value)}
                />
                {confirm.error !== null && <ProblemText error={confirm.error} />}
                <Button type="submit" size="sm" loading={confirm.isPending}>
                  {t("signIn.confirm")}
                </Button>
              </Stack>
            </form>
          )}
        </Stack>
      </Paper>
    </Doorstep>
  );
}
