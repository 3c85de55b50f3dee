import { Button, Chip, Group, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useLanguage, useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { exact } from "@/ui/time";
import { flag, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";
import { sayCode } from "@/ui/code";

import { useAct } from "./queries";

type Archived = components["schemas"]["ArchivedModel"];

const FILTERS = { waiting: flag };
const KEY = ["archive"];
const PAGE = 100;
const PURGE_DAYS = 7;

/** Cards that were deleted: back into use, or gone for good after seven days. */
export default function Archive() {
  const t = useTexts("admin");
  const session = useSession();
  const language = useLanguage();
  const [filters, setFilters] = useFilters(FILTERS);
  const [doomed, setDoomed] = useState<Archived | null>(null);
  const asked = useInfiniteQuery({
    queryKey: [...KEY, filters.waiting],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/archive", {
          params: { query: { ...(filters.waiting ? { waiting: true } : {}), limit: PAGE, ...pageParam } },
          signal,
        }),
      ),
    initialPageParam: {} as { after?: string },
    getNextPageParam: (page) => (page.next === null ? undefined : { after: page.next }),
  });
  const touches = [KEY, ["clients"], ["client"]];
  const restore = useAct(
    ({ id }: Archived) => ask(api.POST("/api/v1/clients/{id}/restore", { params: { path: { id } } })),
    touches,
  );
  const keep = useAct(
    ({ id }: Archived) => ask(api.DELETE("/api/v1/clients/{id}/purge", { params: { path: { id } } })),
    touches,
  );
  const purge = useAct(
    ({ id }: Archived) => ask(api.POST("/api/v1/clients/{id}/purge", { params: { path: { id } } })),
    touches,
    () => setDoomed(null),
  );
  const purges = session.has("clients.purge");
  const columns: Column<Archived>[] = [
    {
      key: "client",
      title: t("touched.client"),
      narrow: "title",
      cell: (row) => (
        <>
          {row.name ?? t("nameless")}{" "}
          <Text span c="dimmed" inherit>
            {sayCode(row.short_code)}
          </Text>
        </>
      ),
    },
    { key: "curator", title: t("seen.curator"), width: "130px", cell: (row) => row.curator ?? t("seen.nobody") },
    {
      key: "archived",
      title: t("archive.archived"),
      width: "180px",
      cell: (row) => (
        <>
          {row.archived_by} · <When at={row.archived_at} />
        </>
      ),
    },
    {
      key: "purge",
      title: t("archive.goes"),
      width: "200px",
      cell: (row) =>
        row.purge_at === null ? (
          ""
        ) : (
          <Text span inherit c="var(--mantine-color-error)" title={exact(new Date(row.purge_at), language)}>
            {t("archive.goesAt", { by: row.purge_by })} <When at={row.purge_at} />
          </Text>
        ),
    },
    {
      key: "acts",
      title: "",
      width: "300px",
      align: "end",
      cell: (row) => (
        <Group gap="xs" justify="flex-end">
          <Button
            size="compact-xs"
            variant="default"
            loading={restore.isPending && restore.variables.id === row.id}
            onClick={() => restore.mutate(row)}
          >
            {t("archive.restore")}
          </Button>
          {purges && row.purge_at === null && (
            <Button size="compact-xs" variant="default" color="red" onClick={() => setDoomed(row)}>
              {t("archive.purge")}
            </Button>
          )}
          {purges && row.purge_at !== null && (
            <Button
              size="compact-xs"
              variant="default"
              loading={keep.isPending && keep.variables.id === row.id}
              onClick={() => keep.mutate(row)}
            >
              {t("archive.keep")}
            </Button>
          )}
        </Group>
      ),
    },
  ];
  const error = restore.error ?? keep.error;
  return (
    <Page
      title={t("section.archive")}
      filters={
        <Chip
          size="xs"
          checked={filters.waiting ?? false}
          onChange={(isOn) => setFilters({ waiting: isOn ? true : null })}
        >
          {t("archive.waiting")}
        </Chip>
      }
    >
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("archive.what")}
      </Text>
      {error !== null && <ProblemText error={error} />}
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable
          label={t("section.archive")}
          columns={columns}
          rows={asked.data?.pages.flatMap((page) => page.items)}
          rowKey={(row) => row.id}
          empty={t(filters.waiting ? "archive.noneWaiting" : "archive.none")}
          more={asked.hasNextPage ? () => void asked.fetchNextPage() : undefined}
          isLoadingMore={asked.isFetchingNextPage}
        />
      )}
      <ConfirmNumbers
        opened={doomed !== null}
        title={t("archive.purge")}
        act={t("archive.purgeAct", { count: 1 })}
        isRunning={purge.isPending}
        error={purge.error}
        onConfirm={() => doomed !== null && purge.mutate(doomed)}
        onClose={() => setDoomed(null)}
      >
        {t("archive.purgeWhat", {
          client: [doomed?.name ?? t("nameless"), sayCode(doomed?.short_code ?? null)].filter(Boolean).join(" "),
          count: PURGE_DAYS,
        })}
      </ConfirmNumbers>
    </Page>
  );
}
