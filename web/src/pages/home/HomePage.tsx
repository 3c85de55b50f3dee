import { Anchor, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { endOfDay } from "@/pages/tasks/due";
import { type Task, useTasks } from "@/pages/tasks/queries";
import { ClientLink, DueWhen, TaskActs, What } from "@/pages/tasks/TasksPage";
import { CallButton } from "@/ui/CallButton";
import { Duration } from "@/ui/Duration";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { StateMark } from "@/ui/StateMark";
import { useNow } from "@/ui/useNow";
import { When } from "@/ui/When";
import { sayCode } from "@/ui/code";

import { splitTasks } from "./day";
import classes from "./home.module.css";
import { Questions } from "./Questions";

/** Where a manager's day begins: whom to call back, what is due, what was just now. */
export default function HomePage() {
  const t = useTexts("tasks");
  const session = useSession();
  const now = useNow("minute");
  const tasks = useTasks({ state: "open", agent: session.person }, 200);
  const open = tasks.data?.pages.flatMap((page) => page.items);
  const { missed, due } = splitTasks(open ?? [], session.person, endOfDay(new Date(now)));
  return (
    <Page title={t("home.title")}>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" verticalSpacing="lg">
        <Stack gap="lg">
          <Questions />
          <Block title={t("home.missed")} busy={tasks.isPending} count={missed.length} link="/tasks">
            {tasks.error !== null && <Problem error={tasks.error} retry={() => void tasks.refetch()} />}
            <TaskList tasks={open && missed} none={t("home.missedNone")} />
          </Block>
          <Block title={t("home.today")} busy={tasks.isPending} count={due.length} link="/tasks">
            <TaskList tasks={open && due} none={t("home.todayNone")} />
          </Block>
        </Stack>
        <Recent />
      </SimpleGrid>
    </Page>
  );
}

function Block(props: { title: string; busy: boolean; count?: number; link: string; children: ReactNode }) {
  const t = useTexts("tasks");
  return (
    <section aria-label={props.title} aria-busy={props.busy}>
      <Group justify="space-between" mb="xs">
        <Title order={2}>
          {props.title}{" "}
          {props.count !== undefined && props.count > 0 && (
            <Text span c="dimmed" inherit>
              {props.count}
            </Text>
          )}
        </Title>
        <Text size="sm">
          <Anchor component={Link} inherit href={props.link}>{t("home.all")}</Anchor>
        </Text>
      </Group>
      {props.children}
    </section>
  );
}

function TaskList({ tasks, none }: { tasks: readonly Task[] | undefined; none: string }) {
  if (tasks === undefined) return null;
  if (tasks.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    );
  }
  return (
    <ul className={classes["lines"]}>
      {tasks.map((task) => (
        <li key={task.id} className={classes["line"]}>
          <div className={classes["what"]}>
            <ClientLink task={task} />
            {task.kind !== "callback" && (
              <Text size="sm">
                <What task={task} />
              </Text>
            )}
            <Text size="xs" c="dimmed" component="div">
              <DueWhen task={task} />
            </Text>
          </div>
          <TaskActs task={task} />
        </li>
      ))}
    </ul>
  );
}

function Recent() {
  const t = useTexts("tasks");
  const session = useSession();
  const calls = useQuery({
    queryKey: ["calls", "recent", session.person],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/calls", { params: { query: { agent: session.person, limit: 15 } }, signal })),
    refetchInterval: 15_000,
  });
  const items = calls.data?.items;
  return (
    <Block title={t("home.recent")} busy={calls.isPending} link="/calls">
      {calls.error !== null && <Problem error={calls.error} retry={() => void calls.refetch()} />}
      {items?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("home.recentNone")}
        </Text>
      )}
      <ul className={classes["lines"]}>
        {(items ?? []).map((call) => (
          <li key={call.id} className={classes["line"]}>
            <div className={classes["what"]}>
              {call.client_id !== null ? (
                <Anchor component={Link} inherit href={`/clients/${call.client_id}`}>
                  {call.client_name ?? sayCode(call.short_code) ?? t("home.newCaller")}
                </Anchor>
              ) : (
                <Text span size="sm" c="dimmed">
                  {t("home.hidden")}
                </Text>
              )}
              <Text size="xs" c="dimmed" component="div">
                <Anchor component={Link} inherit href={`/calls/${call.id}`}>
                  <When at={call.started_at} />
                </Anchor>
              </Text>
            </div>
            <Group gap="sm" wrap="nowrap">
              {call.running ? (
                <StateMark state="talking" />
              ) : (
                <StateMark state={call.talk_seconds > 0 ? "answered" : "missed"} />
              )}
              {call.talk_seconds > 0 && (
                <Text size="sm">
                  <Duration seconds={call.talk_seconds} />
                </Text>
              )}
              {call.client_id !== null && <CallButton client={call.client_id} compact />}
            </Group>
          </li>
        ))}
      </ul>
    </Block>
  );
}
