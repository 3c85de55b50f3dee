import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { Problem } from "@/api/problem";
import { useTexts } from "@/app/i18n";
import type { SessionData } from "@/app/session";
import { ProblemText } from "@/ui/Problem";

import { useSignIn } from "./useSignIn";

interface Props {
  /** Who was signed in before, where that is known. */
  person: string;
  entered: (session: SessionData) => void;
}

/** Name, password, and the one-time code once it is asked for. */
export function SignInForm({ person, entered }: Props) {
  const t = useTexts("common");
  const [name, setName] = useState(person);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const signIn = useSignIn(entered);
  const refusal = signIn.error instanceof Problem ? signIn.error.code : null;
  const wantsCode = refusal === "sign_in_code_needed" || refusal === "sign_in_wrong_code" || code !== "";

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate({ name: name.trim(), password, code: code.trim() });
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t("signIn.name")}
          name="username"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus={person === ""}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("signIn.password")}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus={person !== ""}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
        />
        {wantsCode && (
          <TextInput
            label={t("signIn.code")}
            description={t("signIn.codeHint")}
            name="code"
            autoComplete="one-time-code"
            inputMode="text"
            autoFocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {signIn.error !== null && <ProblemText error={signIn.error} />}
        <Button type="submit" size="sm" loading={signIn.isPending}>
          {t("signIn.enter")}
        </Button>
      </Stack>
    </form>
  );
}
