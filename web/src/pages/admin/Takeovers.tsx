import { Button, Chip, Group, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { flag, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import { useAct } from "./queries";

type Takeover = components["schemas"]["TakeoverModel"];

const KEY = ["takeovers"];
const FILTERS = { all: flag };

/** Who asked that somebody's private clients get another curator, to be decided by a second person. */
export default function Takeovers() {
  const t = useTexts("admin");
  const session = useSession();
  const [filters, setFilters] = useFilters(FILTERS);
  const [allowed, setAllowed] = useState<Takeover | null>(null);
  const asked = useInfiniteQuery({
    queryKey: [...KEY, "list", filters.all],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/takeovers", {
          params: { query: { state: filters.all ? "all" : "open", ...pageParam } },
          signal,
        }),
      ),
    initialPageParam: {} as { after?: string },
    getNextPageParam: (page) => (page.next === null ? undefined : { after: page.next }),
  });
  const allow = useAct(
    ({ id }: Takeover) => ask(api.POST("/api/v1/takeovers/{id}/allow", { params: { path: { id } } })),
    [KEY, ["clients"]],
    () => setAllowed(null),
  );
  const refuse = useAct(
    ({ id }: Takeover) => ask(api.POST("/api/v1/takeovers/{id}/refuse", { params: { path: { id } } })),
    [KEY],
  );
  const columns: Column<Takeover>[] = [
    {
      key: "line",
      title: t("section.takeovers"),
      narrow: "title",
      width: "220px",
      cell: (row) => t("takeovers.line", { curator: row.curator, successor: row.successor }),
    },
    {
      key: "reason",
      title: t("audit.what"),
      cell: (row) => (
        <>
          {row.reason}{" "}
          <Text span c="dimmed" inherit>
            {t("takeovers.asked", { person: row.requested_by })} · <When at={row.requested_at} />
          </Text>
        </>
      ),
    },
    {
      key: "decide",
      title: "",
      width: "260px",
      align: "end",
      cell: (row) =>
        row.allowed !== null ? (
          t(row.allowed ? "takeovers.allowed" : "takeovers.refused", { person: row.decided_by ?? "–" })
        ) : (
          <Group gap="xs" justify="flex-end">
            {row.requested_by === session.person ? (
              <Text span c="dimmed" inherit>
                {t("takeovers.own")}
              </Text>
            ) : (
              <Button size="compact-xs" variant="default" onClick={() => setAllowed(row)}>
                {t("takeovers.allow")}
              </Button>
            )}
            <Button
              size="compact-xs"
              variant="default"
              loading={refuse.isPending && refuse.variables.id === row.id}
              onClick={() => refuse.mutate(row)}
            >
              {t("takeovers.refuse")}
            </Button>
          </Group>
        ),
    },
  ];
  return (
    <Page
      title={t("section.takeovers")}
      filters={
        <Chip size="xs" checked={filters.all ?? false} onChange={(isOn) => setFilters({ all: isOn ? true : null })}>
          {t("takeovers.all")}
        </Chip>
      }
    >
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("takeovers.what")}
      </Text>
      {refuse.error !== null && <ProblemText error={refuse.error} />}
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable
          label={t("section.takeovers")}
          columns={columns}
          rows={asked.data?.pages.flatMap((page) => page.items)}
          rowKey={(row) => row.id}
          empty={t("takeovers.none")}
          more={asked.hasNextPage ? () => void asked.fetchNextPage() : undefined}
          isLoadingMore={asked.isFetchingNextPage}
        />
      )}
      <ConfirmNumbers
        opened={allowed !== null}
        title={t("takeovers.allow")}
        act={t("takeovers.allow")}
        isRunning={allow.isPending}
        error={allow.error}
        onConfirm={() => allowed !== null && allow.mutate(allowed)}
        onClose={() => setAllowed(null)}
      >
        {allowed !== null &&
          t("takeovers.allowWhat", { curator: allowed.curator, successor: allowed.successor })}
      </ConfirmNumbers>
    </Page>
  );
}
