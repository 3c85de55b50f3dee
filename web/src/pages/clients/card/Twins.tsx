import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import { type Client, useCardChanged } from "../queries";
import classes from "./card.module.css";
import { MergeDialog } from "./MergeDialog";

/** Cards that may be this client too, and those that became part of this one. */
export function Twins({ card }: { card: Client }) {
  const t = useTexts("clients");
  const queries = useQueryClient();
  const changed = useCardChanged(card.id);
  const [other, setOther] = useState<string | null>(null);
  const candidates = useQuery({
    queryKey: ["client", card.id, "twins"],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/duplicates", { params: { query: { client: card.id, limit: 10 } }, signal })),
    staleTime: 5 * 60_000,
  });
  const merges = useQuery({
    queryKey: ["client", card.id, "merges"],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/clients/{id}/merge", { params: { path: { id: card.id } }, signal })),
    staleTime: 5 * 60_000,
  });
  const undo = useMutation({
    mutationFn: (id: string) => ask(api.POST("/api/v1/merges/{id}/undo", { params: { path: { id } } })),
    onSuccess: async () => {
      await changed();
      await queries.invalidateQueries({ queryKey: ["client", card.id, "twins"] });
    },
  });
  const pairs = candidates.data?.items ?? [];
  const made = (merges.data?.items ?? []).filter((one) => one.undone_at === null);
  if (pairs.length === 0 && made.length === 0 && undo.data === undefined) return null;
  return (
    <section className={classes["section"]} aria-label={t("twins.title")}>
      <Text size="sm" fw={600} mb={4}>
        {t("twins.title")}
      </Text>
      <Stack gap={4}>
        {pairs.map((pair) => {
          const isFirst = pair.first_id === card.id;
          const id = isFirst ? pair.second_id : pair.first_id;
          const name = (isFirst ? pair.second_name : pair.first_name) ?? t("who.noName");
          return (
            <Group key={id} gap="xs" justify="space-between">
              <Text size="sm">
                {name} <span className={classes["quiet"]}>{t(`twins.why.${pair.why}`)}</span>
              </Text>
              <Button size="compact-xs" variant="default" onClick={() => setOther(id)}>
                {t("twins.compare")}
              </Button>
            </Group>
          );
        })}
        {made.map((one) => (
          <Group key={one.id} gap="xs" justify="space-between">
            <Text size="sm">
              {t("twins.merged", { person: one.actor })} <When at={one.at} />
            </Text>
            <Button
              size="compact-xs"
              variant="default"
              loading={undo.isPending}
              onClick={() => undo.mutate(one.id)}
            >
              {t("twins.undo")}
            </Button>
          </Group>
        ))}
        {undo.data !== undefined && (
          <Text size="xs" c="dimmed" role="status">
            {t("twins.undone", { back: sum(undo.data.back), left: sum(undo.data.left) })}
          </Text>
        )}
        {undo.error !== null && <ProblemText error={undo.error} />}
      </Stack>
      {other !== null && <MergeDialog card={card} other={other} onClose={() => setOther(null)} />}
    </section>
  );
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
