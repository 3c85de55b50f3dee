import { Button, Group, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Problem, ProblemText } from "@/ui/Problem";

import { Part } from "../Facts";
import { PeopleSelect } from "../people/selects";
import { useAct } from "../queries";

type Rule = components["schemas"]["NewClientsModel"];

const KEY = ["policies", "division"];
const RULES: readonly Rule["rule"][] = ["nobody", "who_talked", "evenly"];

/** Whose new clients become. */
export function NewClients() {
  const t = useTexts("admin");
  const session = useSession();
  const [typed, setTyped] = useState<Rule | null>(null);
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/policies/division", { signal })),
  });
  const now = typed ?? asked.data;
  const save = useAct(
    (rule: Rule) => ask(api.PUT("/api/v1/policies/division", { body: rule })),
    [KEY],
    () => setTyped(null),
  );
  const disabled = !session.has("policy.change");
  return (
    <Part title={t("division.rule")}>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : now === undefined ? (
        <Skeleton h={96} />
      ) : (
        <Stack gap="sm">
          <Radio.Group
            aria-label={t("division.rule")}
            value={now.rule}
            onChange={(rule) => setTyped({ ...now, rule: rule as Rule["rule"] })}
          >
            <Stack gap="xs">
              {RULES.map((one) => (
                <Radio key={one} value={one} disabled={disabled} label={t(`division.rules.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {now.rule === "evenly" && (
            <PeopleSelect
              label={t("division.among")}
              value={now.among ?? []}
              onChange={(among) => setTyped({ ...now, among })}
            />
          )}
          {save.error !== null && <ProblemText error={save.error} />}
          {!disabled && (
            <Group gap="sm">
              <Button
                variant="default"
                loading={save.isPending}
                disabled={typed === null}
                onClick={() => typed !== null && save.mutate(typed.rule === "evenly" ? typed : { rule: typed.rule })}
              >
                {t("save")}
              </Button>
              {save.isSuccess && typed === null && (
                <Text size="sm" c="dimmed" role="status">
                  {t("saved")}
                </Text>
              )}
            </Group>
          )}
        </Stack>
      )}
    </Part>
  );
}
