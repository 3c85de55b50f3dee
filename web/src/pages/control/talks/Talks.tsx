import { Button, Group, Select } from "@mantine/core";
import { useMemo } from "react";

import { useTexts } from "@/app/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Duration } from "@/ui/Duration";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { RouteDrawer, useDrawerRoute } from "@/ui/RouteDrawer";
import { choice, text, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import { DaysChoice, PersonChoice } from "../Filters";
import { type Talk, useAsk, useTalks } from "../queries";
import { DAYS, since, USUAL } from "../since";
import { Who } from "../Who";
import { OneTalk } from "./OneTalk";
import { TalkStateMark } from "./TalkStateMark";

const WANTED = ["unsettled", "open", "asked", "answered", "settled"] as const;
const FILTERS = { state: choice(...WANTED), agent: text, days: choice(...DAYS) };

/** Talks after which who talked entered nothing; asking him is one click. */
export default function Talks() {
  const t = useTexts("control");
  const [filters, setFilters] = useFilters(FILTERS);
  const drawer = useDrawerRoute("/control/talks");
  const state = filters.state ?? "unsettled";
  const days = filters.days ?? USUAL;
  const talks = useTalks({
    state,
    since: since(days, new Date()),
    ...(filters.agent === null ? {} : { agent: filters.agent }),
  });
  const rows = useMemo(() => talks.data?.pages.flatMap((page) => page.items), [talks.data]);
  const { open } = drawer;
  const columns = useColumns(open);
  const isNarrowed = state !== "unsettled" || filters.agent !== null;
  return (
    <Page
      title={t("talks.title")}
      filters={
        <>
          <Select
            w={160}
            allowDeselect={false}
            aria-label={t("talks.which")}
            data={WANTED.map((value) => ({ value, label: t(`talks.wanted.${value}`) }))}
            value={state}
            onChange={(value) => setFilters({ state: value === "unsettled" ? null : (value as (typeof WANTED)[number]) })}
          />
          <PersonChoice person={filters.agent} onChange={(agent) => setFilters({ agent })} />
          <DaysChoice days={days} onChange={(chosen) => setFilters({ days: chosen === USUAL ? null : chosen })} />
        </>
      }
    >
      {talks.error !== null && <Problem error={talks.error} retry={() => void talks.refetch()} />}
      {(talks.error === null || rows !== undefined) && (
        <DataTable
          label={t("talks.title")}
          columns={columns}
          rows={rows}
          rowKey={(talk) => talk.call_id}
          onOpen={(talk) => open(talk.call_id)}
          opened={drawer.id}
          empty={t(isNarrowed ? "talks.emptyState" : "talks.empty")}
          more={talks.hasNextPage ? () => void talks.fetchNextPage() : undefined}
          isLoadingMore={talks.isFetchingNextPage}
        />
      )}
      <RouteDrawer opened={drawer.id !== null} close={drawer.close} title={t("talks.one")}>
        {drawer.id !== null && <OneTalk key={drawer.id} id={drawer.id} />}
      </RouteDrawer>
    </Page>
  );
}

function useColumns(open: (id: string) => void): readonly Column<Talk>[] {
  const t = useTexts("control");
  return useMemo(
    () => [
      { key: "when", title: t("column.when"), width: "112px", cell: (talk) => <When at={talk.started_at} /> },
      { key: "manager", title: t("column.manager"), narrow: "title", cell: (talk) => talk.managers.join(" → ") },
      { key: "client", title: t("column.client"), cell: (talk) => <Who of={talk} /> },
      {
        key: "talk",
        title: t("column.talk"),
        width: "72px",
        align: "end",
        cell: (talk) => <Duration seconds={talk.talk_seconds} />,
      },
      { key: "state", title: t("column.state"), width: "30%", cell: (talk) => <TalkStateMark talk={talk} /> },
      { key: "act", title: t("column.act"), width: "248px", cell: (talk) => <Acts talk={talk} open={open} /> },
    ],
    [t, open],
  );
}

function Acts({ talk, open }: { talk: Talk; open: (id: string) => void }) {
  const t = useTexts("control");
  const asking = useAsk();
  const word = t(talk.state === "answered" ? "talks.askAgain" : "talks.ask");
  return (
    <Group gap={4}>
      {talk.may.includes("ask") && (
        <Button
          size="compact-xs"
          variant="light"
          loading={asking.isPending}
          aria-label={`${word}: ${talk.managers.at(-1) ?? "–"}`}
          onClick={() => asking.mutate({ call_id: talk.call_id })}
        >
          {word}
        </Button>
      )}
      {talk.may.includes("settle") && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => open(talk.call_id)}>
          {t("talks.settle")}
        </Button>
      )}
      {asking.error !== null && <ProblemText error={asking.error} />}
    </Group>
  );
}
