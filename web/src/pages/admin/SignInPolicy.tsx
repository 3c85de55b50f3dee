import { MultiSelect, NumberInput, Skeleton, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { SaveRow } from "@/ui/SaveRow";

import { useAct, useRoles } from "./queries";
import { useRoleName } from "./words";

type Policy = Required<components["schemas"]["SignInPolicyModel"]>;

const KEY = ["policies", "sign_in"];

/** How people may sign in, and for how long. */
export default function SignInPolicy() {
  const t = useTexts("admin");
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/policies/sign_in", { signal })),
  });
  return (
    <Page title={t("section.sign-in")}>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : asked.data === undefined ? (
        <Skeleton h={320} />
      ) : (
        <PolicyForm policy={asked.data as Policy} />
      )}
    </Page>
  );
}

function PolicyForm({ policy }: { policy: Policy }) {
  const t = useTexts("admin");
  const session = useSession();
  const roleName = useRoleName();
  const roles = useRoles(session.has("people.read"));
  const [typed, setTyped] = useState<Partial<Policy>>({});
  const now = { ...policy, ...typed };
  const save = useAct(
    () => ask(api.PUT("/api/v1/policies/sign_in", { body: now })),
    [KEY],
    () => setTyped({}),
  );
  const set = (change: Partial<Policy>) => setTyped((before) => ({ ...before, ...change }));
  const number = (key: "idle_hours" | "session_days" | "attempts" | "lockout_minutes", least: number, most: number) => ({
    w: 320,
    min: least,
    max: most,
    allowDecimal: false,
    disabled,
    value: now[key],
    onChange: (value: number | string) => typeof value === "number" && set({ [key]: value }),
  });
  const disabled = !session.has("policy.change");
  const isChanged = Object.keys(typed).length > 0;
  const names = roles.data?.items.map((role) => role.name) ?? now.totp_roles;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={480}>
        <Switch
          label={t("signInPolicy.password")}
          description={t("signInPolicy.passwordWhat")}
          disabled={disabled}
          checked={now.password}
          onChange={(event) => set({ password: event.currentTarget.checked })}
        />
        <MultiSelect
          size="sm"
          label={t("signInPolicy.totpRoles")}
          disabled={disabled}
          data={names.map((name) => ({ value: name, label: roleName(name) }))}
          value={now.totp_roles}
          onChange={(totp_roles) => set({ totp_roles })}
        />
        <NumberInput
          label={t("signInPolicy.idle")}
          suffix={` ${t("signInPolicy.hours")}`}
          {...number("idle_hours", 1, 500)}
        />
        <NumberInput
          label={t("signInPolicy.session")}
          suffix={` ${t("signInPolicy.days")}`}
          {...number("session_days", 1, 90)}
        />
        <Switch
          label={t("signInPolicy.bind")}
          description={t("signInPolicy.bindWhat")}
          disabled={disabled}
          checked={now.bind_address}
          onChange={(event) => set({ bind_address: event.currentTarget.checked })}
        />
        <NumberInput label={t("signInPolicy.attempts")} {...number("attempts", 2, 50)} />
        <NumberInput
          label={t("signInPolicy.lockout")}
          description={t("signInPolicy.lockoutWhat")}
          suffix={` ${t("signInPolicy.minutes")}`}
          {...number("lockout_minutes", 1, 500)}
        />
        <Text size="sm" c="dimmed">
          {t("signInPolicy.note")}
        </Text>
        {!disabled && <SaveRow save={save} isChanged={isChanged} onGiveUp={() => setTyped({})} />}
      </Stack>
    </form>
  );
}
