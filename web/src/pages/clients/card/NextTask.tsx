import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useState } from "react";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { TaskForm } from "@/pages/tasks/TaskForm";
import { useChangeTask } from "@/pages/tasks/queries";
import { Until } from "@/pages/tasks/Until";
import { Problem, ProblemText } from "@/ui/Problem";

import { type Client, type Task, useClientTasks } from "../queries";
import classes from "./card.module.css";

/** What is to be done next with this client, and what else. */
export function NextTask({ card }: { card: Client }) {
  const t = useTexts("clients");
  const session = useSession();
  const [isAdding, setAdding] = useState(false);
  const tasks = useClientTasks(card.id, session.has("tasks.read"));
  const mayChange = card.may.includes("task");
  if (!session.has("tasks.read")) return null;
  const open = soonestFirst(tasks.data?.items ?? []);
  return (
    <section className={classes["section"]} aria-label={t("task.title")}>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {t("task.title")}
        </Text>
        {mayChange && !isAdding && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={14} stroke={1.5} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            {t("task.add")}
          </Button>
        )}
      </Group>
      {isAdding && <TaskForm client={card.id} onDone={() => setAdding(false)} />}
      {tasks.error !== null && <Problem error={tasks.error} retry={() => void tasks.refetch()} />}
      {tasks.isSuccess && open.length === 0 && !isAdding && (
        <Text size="sm" c="dimmed">
          {t("task.none")}
        </Text>
      )}
      <Stack gap={4}>
        {open.map((task) => (
          <TaskLine key={task.id} task={task} mayChange={mayChange} />
        ))}
      </Stack>
    </section>
  );
}

function TaskLine({ task, mayChange }: { task: Task; mayChange: boolean }) {
  const t = useTexts("clients");
  const change = useChangeTask();
  const what = task.kind === "callback" ? t("task.callback") : (task.text ?? "–");
  return (
    <div>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        {mayChange && (
          <Checkbox
            size="xs"
            mt={2}
            checked={task.closed_at !== null}
            disabled={change.isPending}
            aria-label={t("task.done", { what })}
            onChange={() => change.mutate({ id: task.id, closed: true })}
          />
        )}
        <div>
          <Text size="sm" className={classes["text"]}>
            {what}
          </Text>
          <Text size="xs" c={task.overdue ? "var(--callward-missed)" : "dimmed"}>
            {task.agent ?? t("task.group")}
            {task.due_at !== null && (
              <>
                {" · "}
                {`${t(task.overdue ? "task.overdue" : "task.due")} `}
                <Until at={task.due_at} />
              </>
            )}
          </Text>
        </div>
      </Group>
      {change.error !== null && <ProblemText error={change.error} />}
    </div>
  );
}

/** By when it is to be done; what has no day comes last, callbacks first of all. */
export function soonestFirst(tasks: readonly Task[]): Task[] {
  const due = (task: Task) => (task.due_at === null ? Infinity : Date.parse(task.due_at));
  const rank = (task: Task) => (task.kind === "callback" ? 0 : 1);
  return [...tasks].sort((one, other) => rank(one) - rank(other) || due(one) - due(other));
}
