import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { Duration } from "@/ui/Duration";
import { Locked } from "@/ui/Locked";
import { StateMark } from "@/ui/StateMark";
import { When } from "@/ui/When";

import classes from "./pop.module.css";

type Entry = components["schemas"]["Timeline"]["items"][number];
type Kind = NonNullable<Entry["kind"]>;
type ClientCard = components["schemas"]["ClientModel"];

const NEWEST = 20;
const OF_EACH = 3;

/** What of a card helps in the second in which a phone rings. */
export function Card({ client }: { client: string }) {
  const t = useTexts("live");
  const path = { id: client };
  const card = useQuery({
    queryKey: ["client", client],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/clients/{id}", { params: { path }, signal })),
    staleTime: 10_000,
  });
  const timeline = useQuery({
    queryKey: ["client", client, "timeline", "newest"],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/clients/{id}/timeline", { params: { path, query: { limit: NEWEST } }, signal }),
      ),
    staleTime: 10_000,
  });
  if (card.isError) return <p className={classes["popNone"]}>{t("pop.away")}</p>;
  if (card.data === undefined) {
    return (
      <Stack gap="xs" aria-busy>
        <Skeleton h={14} />
        <Skeleton h={14} w="60%" />
      </Stack>
    );
  }
  return (
    <>
      <Facts card={card.data} />
      {timeline.data !== undefined && <Newest entries={timeline.data.items} />}
    </>
  );
}

function Facts({ card }: { card: ClientCard }) {
  const t = useTexts("live");
  const facts: [word: string, value: ReactNode][] = [
    [t("pop.company"), card.hidden.includes("company") ? <Locked /> : card.company],
    [t("pop.category"), card.category],
    [t("pop.curator"), card.curator],
    [t("pop.phones"), card.phones === null ? <Locked /> : card.phones.map((one) => one.number).join(", ")],
  ];
  return (
    <dl className={classes["facts"]}>
      {facts
        .filter(([, value]) => value !== null && value !== "")
        .map(([word, value]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function newest<Wanted extends Kind>(entries: readonly Entry[], kind: Wanted) {
  return entries.filter((one): one is Extract<Entry, { kind?: Wanted }> => one.kind === kind);
}

function Newest({ entries }: { entries: readonly Entry[] }) {
  const t = useTexts("live");
  const notes = newest(entries, "note").slice(0, OF_EACH);
  const tasks = newest(entries, "task").filter((one) => one.closed_at === null).slice(0, OF_EACH);
  const calls = newest(entries, "call").filter((one) => one.disposition !== null).slice(0, OF_EACH);
  if (notes.length + tasks.length + calls.length === 0) {
    return <p className={classes["popNone"]}>{t("pop.nothing")}</p>;
  }
  return (
    <>
      {tasks.length > 0 && (
        <Group title={t("pop.tasks")}>
          {tasks.map((one) => (
            <li key={one.id}>{one.text ?? t("pop.callBack")}</li>
          ))}
        </Group>
      )}
      {notes.length > 0 && (
        <Group title={t("pop.lastNotes")}>
          {notes.map((one) => (
            <li key={one.id}>
              {one.note.text} <span className={classes["dimmed"]}><When at={one.at} /></span>
            </li>
          ))}
        </Group>
      )}
      {calls.length > 0 && (
        <Group title={t("pop.lastCalls")}>
          {calls.map((one) => (
            <li key={one.id} className={classes["lastCall"]}>
              <StateMark state={one.disposition === "answered" ? "answered" : "missed"} />
              <span>{one.agent}</span>
              <Duration seconds={one.talk_seconds} />
              <span className={classes["dimmed"]}><When at={one.at} /></span>
            </li>
          ))}
        </Group>
      )}
    </>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className={classes["groupTitle"]}>{title}</h3>
      <ul className={classes["group"]}>{children}</ul>
    </div>
  );
}
