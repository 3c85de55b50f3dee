import { NumberInput, Skeleton, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { SaveRow } from "@/ui/SaveRow";

import { useAct } from "./queries";

type Policy = Required<components["schemas"]["ReconciliationPolicyModel"]>;

const KEY = ["policies", "reconciliation"];

/** Which talks have to leave something in the base, and what that means for the talks of late. */
export default function Reconciliation() {
  const t = useTexts("admin");
  const asked = useQuery({
    queryKey: [...KEY, "now"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/policies/reconciliation", { signal })),
  });
  return (
    <Page title={t("section.reconciliation")}>
      <Text size="sm" c="dimmed" mb="md" maw={640}>
        {t("reconciling.what")}
      </Text>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : asked.data === undefined ? (
        <Skeleton h={160} />
      ) : (
        <PolicyForm policy={asked.data as Policy} />
      )}
    </Page>
  );
}

function PolicyForm({ policy }: { policy: Policy }) {
  const t = useTexts("admin");
  const disabled = !useSession().has("policy.change");
  const [typed, setTyped] = useState<Partial<Policy>>({});
  const now = { ...policy, ...typed };
  const save = useAct(
    () => ask(api.PUT("/api/v1/policies/reconciliation", { body: now })),
    [KEY, ["reconciliation"]],
    () => setTyped({}),
  );
  const number = (key: keyof Policy, most: number) => ({
    w: 320,
    min: 1,
    max: most,
    allowDecimal: false,
    disabled,
    value: now[key],
    onChange: (value: number | string) =>
      typeof value === "number" && setTyped((before) => ({ ...before, [key]: value })),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={560}>
        <NumberInput
          label={t("reconciling.talk")}
          suffix={` ${t("reconciling.seconds")}`}
          {...number("min_talk_seconds", 3600)}
        />
        <NumberInput
          label={t("reconciling.within")}
          description={t("reconciling.withinWhat")}
          suffix={` ${t("signInPolicy.minutes")}`}
          {...number("within_minutes", 10_080)}
        />
        <Effect policy={now} />
        {!disabled && (
          <SaveRow save={save} isChanged={Object.keys(typed).length > 0} onGiveUp={() => setTyped({})} />
        )}
      </Stack>
    </form>
  );
}

/** What it would have meant for the talks of the last days. */
function Effect({ policy }: { policy: Policy }) {
  const t = useTexts("admin");
  const { data, error } = useQuery({
    queryKey: [...KEY, "preview", policy],
    queryFn: ({ signal }) => ask(api.POST("/api/v1/policies/reconciliation/preview", { body: policy, signal })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (error !== null) return <ProblemText error={error} />;
  return (
    <Text size="sm" aria-live="polite" mih={40}>
      {data !== undefined && t("reconciling.talks", { count: data.talks, days: data.days })}{" "}
      {data !== undefined && data.talks > 0 && t("reconciling.left", { count: data.left_nothing })}
    </Text>
  );
}
