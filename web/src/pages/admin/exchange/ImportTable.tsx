import { Button, Group, Progress, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { Problem, ProblemText } from "@/ui/Problem";

import classes from "../admin.module.css";
import { Facts, Part } from "../Facts";
import { useAct } from "../queries";
import { ImportColumns } from "./ImportColumns";
import { type Details, type Existing, KEY, useImport } from "./queries";

const TOUCHES = [KEY, ["clients"]];
const EXISTING: readonly Existing[] = ["fill", "overwrite", "skip"];

/** One table: what it would do, and then how far it is. */
export function ImportTable({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTexts("admin");
  const [existing, setExisting] = useState<Existing>("fill");
  const [mode, setMode] = useState<"good" | "all">("good");
  const [isAsked, setAsked] = useState(false);
  const asked = useImport(id, existing);
  const run = useAct(
    () => ask(api.POST("/api/v1/imports/{id}/run", { params: { path: { id } }, body: { mode, existing } })),
    TOUCHES,
    () => setAsked(false),
  );
  const stop = useAct(
    () => ask(api.DELETE("/api/v1/imports/{id}", { params: { path: { id } } })),
    TOUCHES,
    onClose,
  );
  const table = asked.data;
  if (asked.error !== null) {
    return (
      <Stack>
        <Problem error={asked.error} retry={() => void asked.refetch()} />
        <Button variant="default" w="fit-content" onClick={onClose}>
          {t("imports.another")}
        </Button>
      </Stack>
    );
  }
  if (table === undefined) return <Skeleton h={240} />;
  if (table.state !== "preview") {
    return <Running table={table} isStopping={stop.isPending} onStop={() => stop.mutate(undefined)} onClose={onClose} />;
  }
  const would = table.would;
  const taken = would === null ? 0 : table.rows - would.broken;
  return (
    <Stack gap="lg">
      <ImportColumns table={table} />
      <Group gap="xl" align="start">
        <Radio.Group
          label={t("imports.existing")}
          value={existing}
          onChange={(chosen) => setExisting(chosen as Existing)}
        >
          <Stack gap="xs" mt="xs">
            {EXISTING.map((one) => (
              <Radio key={one} value={one} label={t(`imports.${one}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Radio.Group label={t("imports.mode")} value={mode} onChange={(chosen) => setMode(chosen as "good" | "all")}>
          <Stack gap="xs" mt="xs">
            {(["good", "all"] as const).map((one) => (
              <Radio key={one} value={one} label={t(`imports.${one}`)} />
            ))}
          </Stack>
        </Radio.Group>
      </Group>
      <Part title={t("imports.would")}>
        <Counts table={table} of={would ?? table.counts} />
      </Part>
      <Broken table={table} />
      {run.error !== null && !isAsked && <ProblemText error={run.error} />}
      <Group gap="sm">
        <Button disabled={taken === 0 || asked.isFetching} onClick={() => setAsked(true)}>
          {t("imports.run", { count: taken })}
        </Button>
        <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate(undefined)}>
          {t("imports.forget")}
        </Button>
      </Group>
      <ConfirmNumbers
        opened={isAsked}
        title={t("section.import")}
        act={t("imports.run", { count: taken })}
        isRunning={run.isPending}
        error={run.error}
        onConfirm={() => run.mutate(undefined)}
        onClose={() => setAsked(false)}
      >
        {would !== null && t("imports.runWhat", { ...would })}
      </ConfirmNumbers>
    </Stack>
  );
}

interface RunningProps {
  table: Details;
  isStopping: boolean;
  onStop: () => void;
  onClose: () => void;
}

function Running({ table, isStopping, onStop, onClose }: RunningProps) {
  const t = useTexts("admin");
  const { done } = table.counts;
  return (
    <Stack gap="md">
      <div aria-live="polite">
        <Text size="sm" mb="xs">
          {t(`imports.state.${table.state}`)} · {t("imports.progress", { done, rows: table.rows })}
        </Text>
      </div>
      <Progress
        aria-label={t("section.import")}
        value={table.rows === 0 ? 100 : (100 * done) / table.rows}
        maw={480}
      />
      <Counts table={table} of={table.counts} />
      <Broken table={table} />
      <Group>
        {table.state === "running" ? (
          <Button variant="default" loading={isStopping} onClick={onStop}>
            {t("imports.stop")}
          </Button>
        ) : (
          <Button variant="default" onClick={onClose}>
            {t("imports.another")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Counts({ table, of }: { table: Details; of: Details["counts"] }) {
  const t = useTexts("admin");
  return (
    <Facts
      of={[
        [t("imports.rows"), String(table.rows)],
        [t("imports.created"), String(of.created)],
        [t("imports.changed"), String(of.changed)],
        [t("imports.broken"), String(of.broken)],
      ]}
    />
  );
}

/** Which lines are broken and why; what stands in them is not repeated. */
function Broken({ table }: { table: Details }) {
  const t = useTexts("admin");
  if (table.broken.length === 0) return null;
  return (
    <Part title={t("imports.broken")}>
      <ul className={classes["lines"]}>
        {table.broken.map((one) => (
          <li key={`${one.line} ${one.column}`}>
            {t("imports.line", { line: one.line, column: one.column, reason: one.reason })}
          </li>
        ))}
      </ul>
    </Part>
  );
}
