import { Alert, Button, Group, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { ProblemText } from "@/ui/Problem";

import { Facts } from "../Facts";
import { keys, useAct } from "../queries";
import { PeopleSelect } from "./selects";

type Plan = components["schemas"]["LeavePlanModel"];
type Way = "to" | "evenly" | "group";

/** Somebody leaves: first what becomes of all that he holds, in numbers; then the deed, all at once. */
export function PersonLeave({ name }: { name: string }) {
  const t = useTexts("admin");
  const [way, setWay] = useState<Way>("evenly");
  const [to, setTo] = useState<string[]>([]);
  const [plan, setPlan] = useState<Plan | null>(null);
  const body = { ...(way === "to" ? { to } : { [way]: true }) };
  const look = useAct(
    () => ask(api.POST("/api/v1/people/{name}/leave", { params: { path: { name } }, body })),
    [],
    setPlan,
  );
  const leave = useAct(
    (id: string) =>
      ask(api.POST("/api/v1/people/{name}/leave", { params: { path: { name } }, body: { ...body, plan: id } })),
    [keys.people, keys.roles, keys.departments, ["clients"], ["tasks"]],
    () => setPlan(null),
  );
  return (
    <Stack gap="md">
      <Radio.Group label={t("leave.clientsTo")} value={way} onChange={(chosen) => setWay(chosen as Way)}>
        <Stack gap="xs" mt="xs">
          <Radio value="evenly" label={t("leave.evenly")} />
          <Radio value="to" label={t("leave.to")} />
          <Radio value="group" label={t("leave.group")} />
        </Stack>
      </Radio.Group>
      {way === "to" && (
        <PeopleSelect
          label={t("leave.whom")}
          description={t("leave.whomWhat")}
          value={to}
          onChange={setTo}
          except={name}
        />
      )}
      {look.error !== null && <ProblemText error={look.error} />}
      <Group>
        <Button
          loading={look.isPending}
          disabled={way === "to" && to.length === 0}
          onClick={() => {
            leave.reset();
            look.mutate(undefined);
          }}
        >
          {t("leave.show")}
        </Button>
      </Group>
      <ConfirmNumbers
        opened={plan !== null}
        title={t("leave.title", { name })}
        act={t("leave.act", { name })}
        isRunning={leave.isPending}
        error={leave.error}
        onConfirm={() => plan !== null && leave.mutate(plan.id)}
        onClose={() => setPlan(null)}
      >
        {plan !== null && <PlanText plan={plan} />}
      </ConfirmNumbers>
    </Stack>
  );
}

function PlanText({ plan }: { plan: Plan }) {
  const t = useTexts("admin");
  return (
    <Stack gap="sm">
      <Facts
        of={[
          [t("leave.clients"), t("leave.clientsMove", { count: plan.clients })],
          ...plan.people
            .filter((one) => one.comes > 0)
            .map((one) => [`→ ${one.name}`, t("leave.comes", { count: one.comes, after: one.after })] as const),
          plan.deputy_of > 0 ? [t("leave.deputy"), t("leave.deputyOf", { count: plan.deputy_of })] : null,
          plan.tasks > 0 ? [t("leave.tasks"), t("leave.tasksMove", { count: plan.tasks })] : null,
          plan.sessions > 0 ? [t("leave.sessions"), t("leave.sessionsEnd", { count: plan.sessions })] : null,
          plan.tokens > 0 ? [t("leave.tokens"), t("leave.tokensEnd", { count: plan.tokens })] : null,
          plan.pin ? [t("leave.pin"), t("leave.gone")] : null,
          plan.phones_chosen ? [t("leave.phones"), t("leave.gone")] : null,
        ]}
      />
      <Text size="sm">{t("leave.private", { name: plan.name })}</Text>
      {plan.settings !== null && (
        <Alert color="orange" variant="light">
          {plan.settings}
        </Alert>
      )}
    </Stack>
  );
}
