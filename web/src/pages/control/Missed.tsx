import { Anchor, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { CallButton } from "@/ui/CallButton";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { choice, text, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import { DaysChoice, PersonChoice } from "./Filters";
import { type MissedClient, useMissed } from "./queries";
import { DAYS, since, USUAL } from "./since";
import { Who } from "./Who";

const FILTERS = { curator: text, days: choice(...DAYS) };

/** Clients who called in vain and with whom nobody has talked since, the longest waiting first. */
export default function Missed() {
  const t = useTexts("control");
  const [filters, setFilters] = useFilters(FILTERS);
  const days = filters.days ?? USUAL;
  const missed = useMissed({
    since: since(days, new Date()),
    ...(filters.curator === null ? {} : { curator: filters.curator }),
  });
  const rows = useMemo(() => missed.data?.pages.flatMap((page) => page.items), [missed.data]);
  const columns = useColumns();
  const isWhole = rows !== undefined && rows.length > 0 && !missed.hasNextPage;
  return (
    <Page
      title={t("missed.title")}
      filters={
        <>
          <PersonChoice person={filters.curator} onChange={(curator) => setFilters({ curator })} />
          <DaysChoice days={days} onChange={(chosen) => setFilters({ days: chosen === USUAL ? null : chosen })} />
        </>
      }
      figures={isWhole ? <Text size="sm">{t("missed.some", { count: rows.length })}</Text> : undefined}
    >
      {missed.error !== null && <Problem error={missed.error} retry={() => void missed.refetch()} />}
      {(missed.error === null || rows !== undefined) && (
        <DataTable
          label={t("missed.title")}
          columns={columns}
          rows={rows}
          rowKey={(one) => one.client_id ?? one.last_call_id}
          empty={t("missed.empty")}
          more={missed.hasNextPage ? () => void missed.fetchNextPage() : undefined}
          isLoadingMore={missed.isFetchingNextPage}
        />
      )}
    </Page>
  );
}

function useColumns(): readonly Column<MissedClient>[] {
  const t = useTexts("control");
  return useMemo(
    () => [
      { key: "waits", title: t("column.waits"), width: "112px", cell: (one) => <When at={one.first_at} /> },
      { key: "client", title: t("column.client"), narrow: "title", cell: (one) => <Who of={one} /> },
      {
        key: "tries",
        title: t("column.tries"),
        width: "160px",
        cell: (one) => (
          <>
            {t("missed.tries", { count: one.tries })}
            <Text span size="xs" c="dimmed">
              {" · "}
              <Anchor component={Link} inherit href={`/calls/${one.last_call_id}`}>
                <When at={one.last_at} />
              </Anchor>
            </Text>
          </>
        ),
      },
      {
        key: "attempts",
        title: t("column.attempts"),
        width: "160px",
        cell: (one) =>
          one.attempts === 0 || one.last_attempt_at === null ? (
            <Text span inherit c="dimmed">
              {t("missed.noAttempt")}
            </Text>
          ) : (
            <>
              {t("missed.attempts", { count: one.attempts })}
              <Text span size="xs" c="dimmed">
                {" · "}
                <When at={one.last_attempt_at} />
              </Text>
            </>
          ),
      },
      { key: "whose", title: t("column.whose"), width: "120px", cell: (one) => one.agent ?? t("group") },
      {
        key: "note",
        title: t("column.note"),
        cell: (one) => one.closed_by !== null && t("missed.closed", { person: one.closed_by }),
      },
      {
        key: "act",
        title: "",
        width: "168px",
        cell: (one) => one.client_id !== null && <CallButton client={one.client_id} compact />,
      },
    ],
    [t],
  );
}
