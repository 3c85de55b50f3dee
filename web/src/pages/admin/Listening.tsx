import { Radio, Skeleton, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { SaveRow } from "@/ui/SaveRow";

import { useAct } from "./queries";

type Policy = Required<components["schemas"]["MonitoringPolicyModel"]>;

const KEY = ["policies", "monitoring"];

/** What holds for whoever listens to running calls. */
export default function Listening() {
  const t = useTexts("admin");
  const session = useSession();
  const [typed, setTyped] = useState<Partial<Policy>>({});
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/policies/monitoring", { signal })),
  });
  const now = { ...(asked.data as Policy), ...typed };
  const save = useAct(
    () => ask(api.PUT("/api/v1/policies/monitoring", { body: now })),
    [KEY],
    () => setTyped({}),
  );
  const set = (change: Partial<Policy>) => setTyped((before) => ({ ...before, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  const disabled = !session.has("policy.change");
  const isChanged = Object.keys(typed).length > 0;
  return (
    <Page title={t("section.listening")}>
      <Text size="sm" c="dimmed" mb="md" maw={640}>
        {t("listening.what")}
      </Text>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : asked.data === undefined ? (
        <Skeleton h={160} />
      ) : (
        <form onSubmit={submit}>
          <Stack gap="md" maw={480}>
            <Switch
              label={t("listening.reason")}
              disabled={disabled}
              checked={now.reason_required}
              onChange={(event) => set({ reason_required: event.currentTarget.checked })}
            />
            <Switch
              label={t("listening.told")}
              description={t("listening.toldWhat")}
              disabled={disabled}
              checked={now.manager_told}
              onChange={(event) => set({ manager_told: event.currentTarget.checked })}
            />
            <Radio.Group
              label={t("listening.private")}
              value={now.private}
              onChange={(chosen) => set({ private: chosen as Policy["private"] })}
            >
              <Stack gap="xs" mt="xs">
                {(["never", "curator"] as const).map((one) => (
                  <Radio key={one} value={one} disabled={disabled} label={t(`listening.privates.${one}`)} />
                ))}
              </Stack>
            </Radio.Group>
            {!disabled && <SaveRow save={save} isChanged={isChanged} onGiveUp={() => setTyped({})} />}
          </Stack>
        </form>
      )}
    </Page>
  );
}
