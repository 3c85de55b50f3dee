import { Button, Text } from "@mantine/core";
import { useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { type Column, DataTable } from "@/ui/DataTable";

import { Part } from "../Facts";
import { useAct } from "../queries";
import type { Plan } from "./wanted";

type Numbers = components["schemas"]["NumbersModel"];

/** What would happen, person by person; exactly that is done then, or nothing. */
export function PlanTable({ plan, onRun }: { plan: Plan; onRun: (id: string) => void }) {
  const t = useTexts("admin");
  const [isAsked, setAsked] = useState(false);
  const run = useAct(
    () => ask(api.POST("/api/v1/divisions/{id}/run", { params: { path: { id: plan.id } } })),
    [["clients"]],
    (progress) => onRun(progress.id),
  );
  const number = (key: "before" | "comes" | "goes" | "after"): Column<Numbers> => ({
    key,
    title: t(`division.${key}`),
    width: "80px",
    align: "end",
    cell: (row) => (row[key] === 0 && key !== "after" ? "" : row[key]),
  });
  const columns: Column<Numbers>[] = [
    { key: "name", title: t("division.person"), narrow: "title", cell: (row) => row.name },
    number("before"),
    number("comes"),
    number("goes"),
    number("after"),
  ];
  return (
    <Part title={t("division.plan")}>
      {plan.moves === 0 ? (
        <Text size="sm">{t("division.nothing")}</Text>
      ) : (
        <>
          <DataTable label={t("division.plan")} columns={columns} rows={plan.people} rowKey={(row) => row.name} />
          <Button mt="sm" onClick={() => setAsked(true)}>
            {t("division.run", { count: plan.moves })}
          </Button>
        </>
      )}
      <ConfirmNumbers
        opened={isAsked}
        title={t("section.division")}
        act={t("division.run", { count: plan.moves })}
        isRunning={run.isPending}
        error={run.error}
        onConfirm={() => run.mutate(undefined)}
        onClose={() => setAsked(false)}
      >
        {t("division.runWhat", { count: plan.moves, clients: plan.clients })}
      </ConfirmNumbers>
    </Part>
  );
}
