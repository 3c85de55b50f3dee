import { Anchor, Button, Code, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useState } from "react";

import { ask, plainApi } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";
import { ShownOnce } from "@/ui/ShownOnce";

const QrCode = lazy(() => import("@/ui/QrCode"));

interface Props {
  /** Said before it begins. */
  why: string;
  /** The codes are on from now: what is shown then is shown only once. */
  onConfirmed: () => void;
  /** He has kept the recovery codes. */
  onDone: () => void;
}

/** Setting up one-time codes: a key for the app, a code of it, recovery codes. */
export function TotpSteps({ why, onConfirmed, onDone }: Props) {
  const t = useTexts("common");
  const [code, setCode] = useState("");
  const begin = useMutation({ mutationFn: () => ask(plainApi.POST("/api/v1/session/totp")) });
  const confirm = useMutation({
    mutationFn: () => ask(plainApi.PUT("/api/v1/session/totp", { body: { code: code.trim() } })),
    onSuccess: onConfirmed,
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate();
  }

  if (confirm.data !== undefined) {
    return (
      <Stack gap="sm">
        <Text size="sm">{t("signIn.recovery")}</Text>
        <ShownOnce value={confirm.data.recovery_codes.join("\n")} />
        <div>
          <Button size="sm" onClick={onDone}>
            {t("signIn.goOn")}
          </Button>
        </div>
      </Stack>
    );
  }
  if (begin.data === undefined) {
    return (
      <Stack gap="sm">
        <Text size="sm">{why}</Text>
        {begin.error !== null && <ProblemText error={begin.error} />}
        <div>
          <Button size="sm" loading={begin.isPending} onClick={() => begin.mutate()}>
            {t("signIn.totpBegin")}
          </Button>
        </div>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t("signIn.totpHow")}</Text>
        <Suspense fallback={<Skeleton w={200} h={200} />}>
          <QrCode text={begin.data.uri} label={t("signIn.totpPicture")} />
        </Suspense>
        <Text size="sm">{t("signIn.totpTyped")}</Text>
        <Code p="sm" style={{ display: "block", overflowWrap: "anywhere" }}>
          {begin.data.secret}
        </Code>
        <Anchor size="sm" href={begin.data.uri}>
          {t("signIn.totpOpen")}
        </Anchor>
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
        <div>
          <Button type="submit" size="sm" loading={confirm.isPending}>
            {t("signIn.confirm")}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
