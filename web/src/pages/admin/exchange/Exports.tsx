import { Button, Chip, Group, Stack, Text } from "@mantine/core";
import IconDownload from "@tabler/icons-react/dist/esm/icons/IconDownload.mjs";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { flag, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import { useFieldName } from "../words";
import { ExportForm } from "./ExportForm";
import { Recognise } from "./Recognise";

type Export = components["schemas"]["ExportModel"];

const FILTERS = { month: flag };

/** Who took clients along; taking some oneself; and from which export a found file comes. */
export default function Exports() {
  const t = useTexts("admin");
  const session = useSession();
  const [isMaking, setMaking] = useState(false);
  return (
    <Page
      title={t("section.export")}
      figures={
        session.has("clients.export") && (
          <Button
            leftSection={<IconDownload size={16} stroke={1.5} aria-hidden />}
            onClick={() => setMaking(true)}
          >
            {t("exports.make")}
          </Button>
        )
      }
    >
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("exports.what")}
      </Text>
      {session.has("audit.read") && (
        <Stack gap="xl">
          <ExportList />
          <Recognise />
        </Stack>
      )}
      {isMaking && <ExportForm onClose={() => setMaking(false)} />}
    </Page>
  );
}

function ExportList() {
  const t = useTexts("admin");
  const columns = useExportColumns();
  const [filters, setFilters] = useFilters(FILTERS);
  const since = useMemo(() => {
    const now = new Date();
    return new Date(now.getFullYear(), now.getMonth(), 1).toISOString();
  }, []);
  const asked = useInfiniteQuery({
    queryKey: ["exports", filters.month],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/exports", {
          params: { query: { ...(filters.month ? { since } : {}), ...pageParam } },
          signal,
        }),
      ),
    initialPageParam: {} as { after?: string },
    getNextPageParam: (page) => (page.next === null ? undefined : { after: page.next }),
  });
  return (
    <div>
      <Group mb="sm">
        <Chip
          size="xs"
          checked={filters.month ?? false}
          onChange={(isOn) => setFilters({ month: isOn ? true : null })}
        >
          {t("exports.month")}
        </Chip>
      </Group>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable
          label={t("section.export")}
          columns={columns}
          rows={asked.data?.pages.flatMap((page) => page.items)}
          rowKey={(row) => row.id}
          empty={t("exports.none")}
          more={asked.hasNextPage ? () => void asked.fetchNextPage() : undefined}
          isLoadingMore={asked.isFetchingNextPage}
        />
      )}
    </div>
  );
}

function useExportColumns(): Column<Export>[] {
  const t = useTexts("admin");
  const fieldName = useFieldName();
  return [
    { key: "at", title: t("exports.at"), width: "120px", cell: (row) => <When at={row.at} /> },
    { key: "by", title: t("exports.by"), width: "140px", narrow: "title", cell: (row) => row.by },
    {
      key: "clients",
      title: t("exports.clients"),
      width: "130px",
      align: "end",
      cell: (row) => (
        <>
          {row.clients}
          {row.finished_at === null && (
            <Text span c="dimmed" inherit>
              {" "}
              {t("exports.brokenOff")}
            </Text>
          )}
        </>
      ),
    },
    { key: "fields", title: t("exports.fields"), cell: (row) => row.fields.map(fieldName).join(", ") },
    { key: "mark", title: t("exports.mark"), width: "130px", narrow: "hidden", cell: (row) => row.watermark },
  ];
}
