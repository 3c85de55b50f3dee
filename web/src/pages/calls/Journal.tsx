import { ActionIcon, Anchor, Button, Group, Text } from "@mantine/core";
import IconFilter from "@tabler/icons-react/dist/esm/icons/IconFilter.mjs";
import IconPlayerPlay from "@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs";
import { useMemo, useState } from "react";
import { Link, useSearch } from "wouter";

import { useTexts } from "@/app/i18n";
import { CallButton } from "@/ui/CallButton";
import { type Column, DataTable } from "@/ui/DataTable";
import { Duration } from "@/ui/Duration";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { RouteDrawer, useDrawerRoute } from "@/ui/RouteDrawer";
import { SavedViews } from "@/ui/SavedViews";
import { duration } from "@/ui/time";
import { useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";
import { sayCode } from "@/ui/code";

import classes from "./calls.module.css";
import { ClientSearch } from "./ClientSearch";
import { FilterBar } from "./FilterBar";
import { Follow } from "./Follow";
import { count, FILTERS, question } from "./filters";
import { LazyCallView } from "./LazyCallView";
import { Outcome } from "./Outcome";
import { type Call, useCalls } from "./queries";
import { QuickPlay } from "./QuickPlay";
import { useWho } from "./who";

const DRAWER_WIDTH = 960;

/** Every call that this viewer may know of, newest first. */
export function Journal() {
  const t = useTexts("calls");
  const who = useWho();
  const [filters, setFilters] = useFilters(FILTERS);
  const drawer = useDrawerRoute("/calls");
  const asked = useMemo(() => question(filters), [filters]);
  const calls = useCalls(asked);
  const rows = useMemo(() => calls.data?.pages.flatMap((page) => page.items), [calls.data]);
  const running = useMemo(() => (rows ?? []).filter((one) => one.running).map((one) => one.id), [rows]);
  const [playing, setPlaying] = useState<Call | null>(null);
  const [isNarrowing, setNarrowing] = useState(() => count(filters) > 0);
  const columns = useColumns(setPlaying);

  /** The button of the row that has the focus: how far the call is stands beside it. */
  function call(): void {
    document.activeElement?.querySelector<HTMLButtonElement>("[data-call] button")?.click();
  }

  return (
    <Page
      title={t("title")}
      filters={
        <>
          <ClientSearch onFound={(client) => setFilters({ client })} />
          <Button
            variant={count(filters) > 0 ? "light" : "default"}
            leftSection={<IconFilter size={16} stroke={1.5} aria-hidden />}
            aria-expanded={isNarrowing}
            onClick={() => setNarrowing(!isNarrowing)}
          >
            {count(filters) > 0 ? t("filters.some", { count: count(filters) }) : t("filters.show")}
          </Button>
          <SavedViews page="calls" path="/calls" />
        </>
      }
    >
      {isNarrowing && <FilterBar filters={filters} onChange={setFilters} rows={rows ?? []} />}
      {calls.error !== null && <Problem error={calls.error} retry={() => void calls.refetch()} />}
      {(calls.error === null || rows !== undefined) && (
        <DataTable
          label={t("list")}
          columns={columns}
          rows={rows}
          rowKey={(one) => one.id}
          onOpen={(one) => drawer.open(one.id)}
          opened={drawer.id}
          keys={{ " ": (one) => isHeard(one) && setPlaying(one), c: call }}
          empty={count(filters) > 0 ? t("empty") : t("emptyAll")}
          more={calls.hasNextPage ? () => void calls.fetchNextPage() : undefined}
          isLoadingMore={calls.isFetchingNextPage}
        />
      )}
      {running.length > 0 && <Follow ids={running} changed={() => void calls.refetch()} />}
      {playing !== null && <QuickPlay key={playing.id} call={playing} onStop={() => setPlaying(null)} />}
      <Text className={classes["hint"]}>{t("keys.hint")}</Text>
      <RouteDrawer
        opened={drawer.id !== null}
        close={drawer.close}
        size={DRAWER_WIDTH}
        title={<DrawerTitle id={drawer.id} who={rows?.find((one) => one.id === drawer.id)} name={who} />}
      >
        {drawer.id !== null && <LazyCallView key={drawer.id} id={drawer.id} />}
      </RouteDrawer>
    </Page>
  );
}

interface TitleProps {
  id: string | null;
  who: Call | undefined;
  name: (call: Call) => string;
}

function DrawerTitle({ id, who, name }: TitleProps) {
  const t = useTexts("calls");
  const search = useSearch();
  return (
    <Group gap="md">
      <span>{who === undefined ? t("column.call") : t("of", { who: name(who) })}</span>
      {id !== null && (
        <Anchor component={Link} size="sm" href={`/calls/${id}/page${search === "" ? "" : `?${search}`}`}>
          {t("openFull")}
        </Anchor>
      )}
    </Group>
  );
}

/** Whether there is something to play. */
function isHeard(call: Call): boolean {
  return call.recordings.some((one) => one.state === "stored");
}

function useColumns(play: (call: Call) => void): readonly Column<Call>[] {
  const t = useTexts("calls");
  const who = useWho();
  return useMemo(
    () => [
      { key: "when", title: t("column.when"), width: "112px", cell: (call) => <When at={call.started_at} /> },
      {
        key: "client",
        title: t("column.client"),
        narrow: "title",
        cell: (call) => (
          <>
            <span className={call.client_id === null ? classes["none"] : undefined}>{who(call)}</span>
            {call.short_code !== null && call.client_name !== null && (
              <Text component="span" size="xs" c="dimmed">
                {` · ${sayCode(call.short_code)}`}
              </Text>
            )}
          </>
        ),
      },
      { key: "direction", title: t("column.direction"), width: "104px", cell: (call) => t(`direction.${call.direction}`) },
      { key: "agent", title: t("column.agent"), cell: (call) => agents(call) },
      { key: "outcome", title: t("column.outcome"), width: "136px", cell: (call) => <Outcome call={call} /> },
      { key: "queue", title: t("column.queue"), width: "112px", narrow: "hidden", cell: (call) => call.queue },
      {
        key: "talk",
        title: t("column.talk"),
        width: "72px",
        align: "end",
        cell: (call) =>
          call.running && call.answered_at !== null ? (
            <Duration since={call.answered_at} />
          ) : (
            <Duration seconds={call.talk_seconds > 0 ? call.talk_seconds : null} />
          ),
      },
      {
        key: "recording",
        title: t("column.recording"),
        width: "80px",
        cell: (call) =>
          isHeard(call) && (
            <ActionIcon
              variant="subtle"
              aria-label={t("playOf", { who: who(call) })}
              title={duration(call.recordings[0]?.duration_seconds ?? 0)}
              onClick={() => play(call)}
            >
              <IconPlayerPlay size={16} stroke={1.5} aria-hidden />
            </ActionIcon>
          ),
      },
      {
        key: "call",
        title: t("column.call"),
        width: "168px",
        cell: (call) =>
          call.client_id !== null && (
            <span data-call>
              <CallButton client={call.client_id} label={`${t("column.call")}: ${who(call)}`} compact />
            </span>
          ),
      },
    ],
    [t, who, play],
  );
}

/** Who had the customer, first and last; of a call that nobody took, at whom it rang. */
function agents(call: Call): string {
  const had = [...new Set([call.answered_by, call.last_agent].filter((name) => name !== null))];
  if (had.length > 0) return had.join(" → ");
  return call.rang.length > 3 ? `${call.rang.slice(0, 2).join(", ")} +${call.rang.length - 2}` : call.rang.join(", ");
}
