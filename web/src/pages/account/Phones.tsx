import { Button, Checkbox, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { Problem as ProblemError } from "@/api/problem";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { Part } from "@/pages/admin/Facts";
import { useAct } from "@/pages/admin/queries";
import { MoveButtons } from "@/ui/MoveButtons";
import { Problem, ProblemText } from "@/ui/Problem";
import { SaveRow } from "@/ui/SaveRow";

import classes from "./account.module.css";
import { Pin } from "./Pin";
import { moved, withPhone } from "./ring";

type Agent = components["schemas"]["AgentModel"];
type Order = NonNullable<Agent["order"]>;

interface Choice {
  ring: readonly string[];
  order: Order;
}

/** On which of his phones somebody takes calls, and in which order; and the PIN for his own mobile. */
export function Phones({ name }: { name: string }) {
  const t = useTexts("account");
  const key = ["agents", name];
  const asked = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/agents/{name}", { params: { path: { name } }, signal })),
  });
  const isNobody = asked.error instanceof ProblemError && asked.error.status === 404;
  return (
    <Part title={t("phones.title")} what={isNobody ? undefined : t("phones.what")}>
      {isNobody ? (
        <Text size="sm" c="dimmed">
          {t("phones.none")}
        </Text>
      ) : asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : asked.data === undefined ? (
        <Skeleton h={96} />
      ) : (
        <Stack gap="md">
          <PhoneForm name={name} agent={asked.data} />
          {asked.data.phones?.some(({ kind }) => kind === "number") === true && <Pin name={name} />}
        </Stack>
      )}
    </Part>
  );
}

function PhoneForm({ name, agent }: { name: string; agent: Agent }) {
  const t = useTexts("account");
  const common = useTexts("common");
  const [typed, setTyped] = useState<Partial<Choice>>({});
  const now: Choice = { ring: agent.ring ?? [], order: agent.order ?? "together", ...typed };
  const path = { name };
  const touches = [["agents"]];
  const save = useAct(
    () => ask(api.PUT("/api/v1/agents/{name}/phones", { params: { path }, body: { ring: [...now.ring], order: now.order } })),
    touches,
    () => setTyped({}),
  );
  const reset = useAct(
    () => ask(api.DELETE("/api/v1/agents/{name}/phones", { params: { path } })),
    touches,
    () => setTyped({}),
  );
  const set = (change: Partial<Choice>) => setTyped((before) => ({ ...before, ...change }));
  const phones = agent.phones ?? [];
  const word = (key: string) =>
    common(phones.find((one) => one.key === key)?.kind === "number" ? "call.own" : "call.desk", { key });
  const silent = phones.map(({ key }) => key).filter((key) => !now.ring.includes(key));
  return (
    <Stack gap="sm">
      <ul className={classes["lines"]}>
        {[...now.ring, ...silent].map((key) => {
          const at = now.ring.indexOf(key);
          return (
            <li key={key}>
              <Checkbox
                className={classes["grow"] ?? ""}
                size="sm"
                label={word(key)}
                checked={at >= 0}
                onChange={(event) => set({ ring: withPhone(now.ring, key, event.currentTarget.checked) })}
              />
              {at >= 0 && now.order === "in_turn" && now.ring.length > 1 && (
                <MoveButtons
                  name={word(key)}
                  isFirst={at === 0}
                  isLast={at === now.ring.length - 1}
                  onMove={(by) => set({ ring: moved(now.ring, at, by) })}
                />
              )}
            </li>
          );
        })}
      </ul>
      {phones.length > 1 && (
        <Radio.Group label={t("phones.order")} value={now.order} onChange={(order) => set({ order: order as Order })}>
          <Stack gap="xs" mt="xs">
            {(["together", "in_turn"] as const).map((order) => (
              <Radio key={order} value={order} label={t(`phones.orders.${order}`)} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {now.ring.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("phones.least")}
        </Text>
      )}
      <SaveRow
        save={save}
        isChanged={Object.keys(typed).length > 0}
        isWrong={now.ring.length === 0}
        onSave={() => save.mutate(undefined)}
        onGiveUp={() => setTyped({})}
        saved={t("phones.saved")}
      />
      {agent.chosen === true && (
        <div>
          <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate(undefined)}>
            {t("phones.reset")}
          </Button>
        </div>
      )}
      {reset.error !== null && <ProblemText error={reset.error} />}
    </Stack>
  );
}
