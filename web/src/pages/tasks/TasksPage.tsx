import { Anchor, Button, Select, SegmentedControl, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { usePeople } from "@/pages/clients/queries";
import { CallButton } from "@/ui/CallButton";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { choice, text, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";
import { sayCode } from "@/ui/code";

import { type Task, useChangeTask, useTasks } from "./queries";
import { Until } from "./Until";

const MINE = "mine";
const ALL = "all";
const FILTERS = {
  state: choice("open", "overdue", "closed"),
  whose: text,
};

/** What is to be done with clients: mine, the overdue, the department's where that is allowed. */
export default function TasksPage() {
  const t = useTexts("tasks");
  const session = useSession();
  const people = usePeople();
  const [filters, setFilters] = useFilters(FILTERS);
  const state = filters.state ?? "open";
  const whose = filters.whose ?? MINE;
  const tasks = useTasks({
    state,
    ...(whose === MINE ? { mine: true } : whose === ALL ? {} : { agent: whose }),
  });
  const columns = useColumns(state);
  const others = (people.data?.items ?? []).filter(
    (one) => one.left_at === null && one.name !== session.person,
  );
  const mayOthers = session.rights["tasks.read"] !== "own";
  return (
    <Page
      title={t("title")}
      filters={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("state.label")}
            data={(["open", "overdue", "closed"] as const).map((one) => ({
              value: one,
              label: t(`state.${one}`),
            }))}
            value={state}
            onChange={(value) => setFilters({ state: value === "open" ? null : (value as "overdue" | "closed") })}
          />
          <Select
            w={180}
            allowDeselect={false}
            aria-label={t("whose.label")}
            data={[
              { value: MINE, label: t("whose.mine") },
              { value: session.person, label: t("whose.of", { person: session.fullName }) },
              ...(mayOthers
                ? others.map((one) => ({ value: one.name, label: one.full_name ?? one.name }))
                : []),
              { value: ALL, label: t("whose.all") },
            ]}
            value={whose}
            onChange={(value) => setFilters({ whose: value === MINE ? null : value })}
          />
        </>
      }
    >
      {tasks.error !== null ? (
        <Problem error={tasks.error} retry={() => void tasks.refetch()} />
      ) : (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={tasks.data?.pages.flatMap((page) => page.items)}
          rowKey={(task) => task.id}
          empty={t(state === "open" && whose === MINE ? "none" : "noneFound")}
          more={tasks.hasNextPage ? () => void tasks.fetchNextPage() : undefined}
          isLoadingMore={tasks.isFetchingNextPage}
        />
      )}
    </Page>
  );
}

function useColumns(state: "open" | "overdue" | "closed"): Column<Task>[] {
  const t = useTexts("tasks");
  return useMemo(
    () => [
      { key: "what", title: t("column.what"), narrow: "title", cell: (task) => <What task={task} /> },
      { key: "client", title: t("column.client"), width: "200px", cell: (task) => <ClientLink task={task} /> },
      { key: "whose", title: t("column.whose"), width: "120px", cell: (task) => task.agent ?? t("whose.group") },
      state === "closed"
        ? {
            key: "done",
            title: t("column.done"),
            width: "120px",
            cell: (task) => task.closed_at !== null && <When at={task.closed_at} />,
          }
        : { key: "due", title: t("column.due"), width: "140px", cell: (task) => <DueWhen task={task} /> },
      {
        key: "act",
        title: "",
        width: "320px",
        cell: (task) => <TaskActs task={task} />,
      },
    ],
    [t, state],
  );
}

/** What is to be done, in words. */
export function What({ task }: { task: Task }) {
  const t = useTexts("tasks");
  return <>{task.kind === "callback" ? t("callback") : (task.text ?? "–")}</>;
}

export function ClientLink({ task }: { task: Task }) {
  return (
    <Anchor component={Link} href={`/clients/${task.client_id}`} inherit>
      {task.client_name ?? sayCode(task.short_code) ?? "–"}
      {task.client_name !== null && task.short_code !== null && (
        <Text span c="dimmed" size="xs">
          {" "}
          {sayCode(task.short_code)}
        </Text>
      )}
    </Anchor>
  );
}

export function DueWhen({ task }: { task: Task }) {
  const t = useTexts("tasks");
  if (task.due_at === null) return <When at={task.created_at} />;
  return (
    <>
      <Until at={task.due_at} />
      {task.overdue && (
        <Text span inherit c="var(--callward-missed)">
          {" "}
          {t("overdue")}
        </Text>
      )}
    </>
  );
}

/** Calling, and saying that it is done. */
export function TaskActs({ task }: { task: Task }) {
  const t = useTexts("tasks");
  const session = useSession();
  const change = useChangeTask();
  const isOpen = task.closed_at === null;
  return (
    <span style={{ display: "inline-flex", flexWrap: "wrap", gap: 4, alignItems: "center" }}>
      {isOpen && <CallButton client={task.client_id} compact />}
      {session.has("tasks.change") && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          loading={change.isPending}
          onClick={() => change.mutate({ id: task.id, closed: isOpen })}
        >
          {t(isOpen ? "done" : "reopen")}
        </Button>
      )}
      {change.error !== null && <ProblemText error={change.error} />}
    </span>
  );
}
