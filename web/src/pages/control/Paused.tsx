import { Anchor, List } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Duration } from "@/ui/Duration";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { duration } from "@/ui/time";
import { choice, text, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import { DaysChoice, PersonChoice } from "./Filters";
import { type Paused as Pause, type PausesOf, usePauses } from "./queries";
import { DAYS, since, USUAL } from "./since";

const FILTERS = { person: text, days: choice(...DAYS) };

/** Whose calls were not recorded for a while, how often, and for how long. */
export default function Paused() {
  const t = useTexts("control");
  const [filters, setFilters] = useFilters(FILTERS);
  const days = filters.days ?? USUAL;
  const pauses = usePauses({
    since: since(days, new Date()),
    ...(filters.person === null ? {} : { person: filters.person }),
  });
  const rows = useMemo(() => pauses.data?.pages.flatMap((page) => page.items), [pauses.data]);
  const columns = useColumns();
  return (
    <Page
      title={t("paused.title")}
      filters={
        <>
          <PersonChoice person={filters.person} onChange={(person) => setFilters({ person })} />
          <DaysChoice days={days} onChange={(chosen) => setFilters({ days: chosen === USUAL ? null : chosen })} />
        </>
      }
    >
      {pauses.error !== null && <Problem error={pauses.error} retry={() => void pauses.refetch()} />}
      {(pauses.error === null || rows !== undefined) && (
        <>
          <Counts people={pauses.data?.pages[0]?.people ?? []} />
          <DataTable
            label={t("paused.title")}
            columns={columns}
            rows={rows}
            rowKey={(one) => one.id}
            empty={t("paused.empty")}
            more={pauses.hasNextPage ? () => void pauses.fetchNextPage() : undefined}
            isLoadingMore={pauses.isFetchingNextPage}
          />
        </>
      )}
    </Page>
  );
}

/** In a sentence each, who had the most first. */
function Counts({ people }: { people: readonly PausesOf[] }) {
  const t = useTexts("control");
  if (people.length === 0) return null;
  return (
    <List size="sm" mb="md" aria-label={t("paused.counts")}>
      {people.map((one) => (
        <List.Item key={one.person}>
          {t("paused.said", {
            person: one.person,
            count: one.pauses,
            calls: one.calls,
            time: duration(one.seconds),
            longest: duration(one.longest_seconds),
            left: one.not_resumed,
          })}
        </List.Item>
      ))}
    </List>
  );
}

function useColumns(): readonly Column<Pause>[] {
  const t = useTexts("control");
  return useMemo(
    () => [
      {
        key: "when",
        title: t("column.when"),
        width: "112px",
        cell: (one) => (
          <Anchor component={Link} inherit href={`/calls/${one.call_id}`}>
            <When at={one.started_at} />
          </Anchor>
        ),
      },
      { key: "who", title: t("column.who"), width: "160px", narrow: "title", cell: (one) => one.person ?? "–" },
      {
        key: "long",
        title: t("column.long"),
        width: "96px",
        align: "end",
        cell: (one) =>
          one.ended_at === null ? (
            t("paused.now")
          ) : (
            <Duration seconds={(Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000} />
          ),
      },
      { key: "what", title: t("column.what"), cell: (one) => <End of={one} /> },
    ],
    [t],
  );
}

/** What let the recording go on, or did not. */
function End({ of }: { of: Pause }) {
  const t = useTexts("control");
  if (of.ended_by === null) return null;
  return t(`paused.end.${of.ended_by}`, { person: of.resumed_by ?? "–" });
}
