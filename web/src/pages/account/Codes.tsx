import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { SESSION, useSession } from "@/app/session";
import { Part } from "@/pages/admin/Facts";
import { TotpSteps } from "@/pages/signin/TotpSteps";
import { ProblemText } from "@/ui/Problem";

/** One-time codes: set up, and taken away again where the role allows it. */
export function Codes() {
  const t = useTexts("account");
  const { data } = useSession();
  const queries = useQueryClient();
  const [keepsCodes, setKeepsCodes] = useState(false);
  const asked = () => queries.invalidateQueries({ queryKey: SESSION });
  return (
    <Part title={t("codes.title")}>
      {data.totp && !keepsCodes ? (
        <Stack gap="sm">
          <Text size="sm">
            {t("codes.on")} {t("codes.left", { count: data.recovery_codes_left })}
          </Text>
          {data.totp_needed ? (
            <Text size="sm" c="dimmed">
              {t("codes.needed")}
            </Text>
          ) : (
            <Remove onDone={asked} />
          )}
        </Stack>
      ) : (
        <TotpSteps
          why={t("codes.why")}
          onConfirmed={() => setKeepsCodes(true)}
          onDone={() => {
            setKeepsCodes(false);
            void asked();
          }}
        />
      )}
    </Part>
  );
}

function Remove({ onDone }: { onDone: () => Promise<void> }) {
  const t = useTexts("account");
  const common = useTexts("common");
  const [isAsked, setAsked] = useState(false);
  const [password, setPassword] = useState("");
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE("/api/v1/session/totp", { body: { password } })),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate();
  };
  if (!isAsked) {
    return (
      <div>
        <Button variant="default" onClick={() => setAsked(true)}>
          {t("codes.remove")}
        </Button>
      </div>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t("codes.removeWhat")}</Text>
        <PasswordInput
          label={common("signIn.password")}
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": common("signIn.show") }}
        />
        {remove.error !== null && <ProblemText error={remove.error} />}
        <Group gap="sm">
          <Button type="submit" loading={remove.isPending}>
            {t("codes.remove")}
          </Button>
          <Button variant="default" onClick={() => setAsked(false)}>
            {common("confirm.no")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
