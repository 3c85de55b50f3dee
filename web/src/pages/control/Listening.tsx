import { Anchor, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Duration } from "@/ui/Duration";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { choice, text, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import { DaysChoice, PersonChoice } from "./Filters";
import { type Listened, useListened } from "./queries";
import { DAYS, since, USUAL } from "./since";
import { Who } from "./Who";

const FILTERS = { person: text, days: choice(...DAYS) };
const MODES = ["listen", "whisper", "barge", "takeover"] as const;
const WAYS = ["browser", "phone"] as const;

/** Who was on calls of which he was no part: at whose side, how, and why. */
export default function Listening() {
  const t = useTexts("control");
  const [filters, setFilters] = useFilters(FILTERS);
  const days = filters.days ?? USUAL;
  const listened = useListened({
    since: since(days, new Date()),
    ...(filters.person === null ? {} : { person: filters.person }),
  });
  const rows = useMemo(() => listened.data?.pages.flatMap((page) => page.items), [listened.data]);
  const columns = useColumns();
  return (
    <Page
      title={t("listening.title")}
      filters={
        <>
          <PersonChoice person={filters.person} onChange={(person) => setFilters({ person })} />
          <DaysChoice days={days} onChange={(chosen) => setFilters({ days: chosen === USUAL ? null : chosen })} />
        </>
      }
    >
      {listened.error !== null && <Problem error={listened.error} retry={() => void listened.refetch()} />}
      {(listened.error === null || rows !== undefined) && (
        <DataTable
          label={t("listening.title")}
          columns={columns}
          rows={rows}
          rowKey={(one) => one.id}
          empty={t("listening.empty")}
          more={listened.hasNextPage ? () => void listened.fetchNextPage() : undefined}
          isLoadingMore={listened.isFetchingNextPage}
        />
      )}
    </Page>
  );
}

function useColumns(): readonly Column<Listened>[] {
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
      { key: "who", title: t("column.who"), width: "128px", narrow: "title", cell: (one) => one.person },
      { key: "whom", title: t("column.whom"), width: "128px", cell: (one) => one.agent ?? "–" },
      { key: "client", title: t("column.client"), cell: (one) => <Who of={one} /> },
      { key: "how", title: t("column.how"), width: "200px", cell: (one) => <How of={one} /> },
      {
        key: "long",
        title: t("column.long"),
        width: "96px",
        align: "end",
        cell: (one) =>
          one.ended_at === null ? (
            t("listening.now")
          ) : (
            <Duration seconds={(Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000} />
          ),
      },
      { key: "why", title: t("column.why"), cell: (one) => one.reason },
      {
        key: "from",
        title: t("column.from"),
        width: "152px",
        narrow: "hidden",
        cell: (one) => {
          const way = WAYS.find((known) => known === one.via);
          return [way === undefined ? one.via : t(`listening.via.${way}`), one.address].filter(Boolean).join(" · ");
        },
      },
    ],
    [t],
  );
}

/** What he did, in the order in which he did it. */
function How({ of }: { of: Listened }) {
  const t = useTexts("control");
  const words = of.modes.map(({ mode }) => {
    const known = MODES.find((one) => one === mode);
    return known === undefined ? mode : t(`listening.mode.${known}`);
  });
  return (
    <Text span inherit>
      {words.join(" → ")}
    </Text>
  );
}
