import { Button, Group, Select, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { ProblemText } from "@/ui/Problem";

import classes from "./card/card.module.css";
import { inTurn, type Outcome } from "./inTurn";
import { usePeople } from "./queries";

const GROUP = "—";

interface Props {
  chosen: ReadonlySet<string>;
  clear: () => void;
}

/** What is done with several clients at once; says in numbers what it did, and can be put back. */
export function Chosen({ chosen, clear }: Props) {
  const t = useTexts("clients");
  const session = useSession();
  const queries = useQueryClient();
  const people = usePeople();
  const [asks, setAsks] = useState(false);
  const ids = [...chosen];
  const settled = () => queries.invalidateQueries({ queryKey: ["clients"] });

  const assign = useMutation({
    mutationFn: (to: string) =>
      ask(
        api.POST("/api/v1/clients/assign", {
          body: { clients: ids, to: to === GROUP ? null : to },
        }),
      ),
    onSuccess: async () => {
      clear();
      await settled();
    },
  });
  const archive = useMutation({
    mutationFn: () =>
      inTurn(ids, (id) => ask(api.DELETE("/api/v1/clients/{id}", { params: { path: { id } } }))),
    onSuccess: async () => {
      setAsks(false);
      clear();
      await settled();
    },
  });
  const restore = useMutation({
    mutationFn: (done: readonly string[]) =>
      inTurn(done, (id) =>
        ask(api.POST("/api/v1/clients/{id}/restore", { params: { path: { id } } })),
      ),
    onSuccess: async () => {
      archive.reset();
      await settled();
    },
  });

  const names = (people.data?.items ?? [])
    .filter((person) => person.left_at === null)
    .map((person) => ({ value: person.name, label: person.full_name ?? person.name }));
  const done = [assign.data, archive.data, restore.data].some((one) => one !== undefined);
  if (ids.length === 0 && !done) return null;
  return (
    <div className={classes["notice"]} role="region" aria-label={t("chosen.title")}>
      <Group gap="sm">
        {ids.length > 0 && (
          <>
            <Text size="sm" fw={600}>
              {t("chosen.count", { count: ids.length })}
            </Text>
            {session.has("clients.assign") && (
              <Select
                w={180}
                searchable
                placeholder={t("chosen.assign")}
                aria-label={t("chosen.assign")}
                disabled={assign.isPending}
                data={[{ value: GROUP, label: t("who.nobody") }, ...names]}
                value={null}
                onChange={(to) => {
                  if (to !== null) assign.mutate(to);
                }}
              />
            )}
            {session.has("clients.archive") && (
              <Button variant="default" onClick={() => setAsks(true)}>
                {t("actions.archive")}
              </Button>
            )}
            <Button variant="subtle" color="gray" onClick={clear}>
              {t("chosen.clear")}
            </Button>
          </>
        )}
        {ids.length === 0 && assign.data !== undefined && (
          <Text size="sm" role="status">
            {t("chosen.assigned", { count: assign.data.moved })}
            {assign.data.stayed > 0 && ` ${t("chosen.stayed", { count: assign.data.stayed })}`}
          </Text>
        )}
        {ids.length === 0 && archive.data !== undefined && (
          <>
            <Told outcome={archive.data} what="archived" />
            {session.has("clients.restore") && archive.data.done.length > 0 && (
              <Button
                variant="default"
                loading={restore.isPending}
                onClick={() => restore.mutate(archive.data.done)}
              >
                {t("archive.undo")}
              </Button>
            )}
          </>
        )}
        {ids.length === 0 && archive.data === undefined && restore.data !== undefined && (
          <Told outcome={restore.data} what="restored" />
        )}
        {assign.error !== null && <ProblemText error={assign.error} />}
      </Group>
      <ConfirmNumbers
        opened={asks}
        title={t("actions.archive")}
        act={t("chosen.archiveAct", { count: ids.length })}
        isRunning={archive.isPending}
        error={archive.error}
        onConfirm={() => archive.mutate()}
        onClose={() => setAsks(false)}
      >
        {t("chosen.archiveWhat", { count: ids.length })}
      </ConfirmNumbers>
    </div>
  );
}

function Told({ outcome, what }: { outcome: Outcome; what: "archived" | "restored" }) {
  const t = useTexts("clients");
  return (
    <Text size="sm" role="status" component="div">
      {t(`chosen.${what}`, { count: outcome.done.length })}
      {outcome.failed.length > 0 && ` ${t("chosen.failed", { count: outcome.failed.length })}`}
      {outcome.error !== null && <ProblemText error={outcome.error} />}
    </Text>
  );
}
