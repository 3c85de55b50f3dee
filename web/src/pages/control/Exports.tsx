import { Code, Text } from "@mantine/core";
import { useMemo } from "react";

import { useTexts } from "@/app/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { choice, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import classes from "./control.module.css";
import { DaysChoice } from "./Filters";
import { type Export, useExports } from "./queries";
import { DAYS, since, USUAL } from "./since";

const FILTERS = { days: choice(...DAYS) };

/** Who took clients along, how many, and the mark by which the file is known again. */
export default function Exports() {
  const t = useTexts("control");
  const [filters, setFilters] = useFilters(FILTERS);
  const days = filters.days ?? USUAL;
  const exports = useExports({ since: since(days, new Date()) });
  const rows = useMemo(() => exports.data?.pages.flatMap((page) => page.items), [exports.data]);
  const columns = useColumns();
  return (
    <Page
      title={t("exports.title")}
      filters={<DaysChoice days={days} onChange={(chosen) => setFilters({ days: chosen === USUAL ? null : chosen })} />}
    >
      {exports.error !== null && <Problem error={exports.error} retry={() => void exports.refetch()} />}
      {(exports.error === null || rows !== undefined) && (
        <DataTable
          label={t("exports.title")}
          columns={columns}
          rows={rows}
          rowKey={(one) => one.id}
          empty={t("exports.empty")}
          more={exports.hasNextPage ? () => void exports.fetchNextPage() : undefined}
          isLoadingMore={exports.isFetchingNextPage}
        />
      )}
    </Page>
  );
}

function useColumns(): readonly Column<Export>[] {
  const t = useTexts("control");
  return useMemo(
    () => [
      { key: "when", title: t("column.when"), width: "112px", cell: (one) => <When at={one.at} /> },
      { key: "who", title: t("column.who"), width: "160px", narrow: "title", cell: (one) => one.by },
      {
        key: "clients",
        title: t("column.clients"),
        width: "96px",
        align: "end",
        cell: (one) => <span className={classes["number"]}>{one.clients}</span>,
      },
      { key: "fields", title: t("column.fields"), cell: (one) => one.fields.join(", ") },
      { key: "mark", title: t("column.mark"), width: "160px", cell: (one) => <Code>{one.watermark}</Code> },
      {
        key: "state",
        title: "",
        width: "176px",
        cell: (one) =>
          one.finished_at === null && (
            <Text span inherit c="dimmed">
              {t("exports.broken")}
            </Text>
          ),
      },
    ],
    [t],
  );
}
