import { Chip, Group, Select, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "wouter";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { RouteDrawer } from "@/ui/RouteDrawer";
import { choice, text, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import { usePeople } from "../queries";
import { ClientChooser } from "./ClientChooser";
import { Details } from "./Details";
import { QUESTIONS, queryOf } from "./questions";
import { Verify } from "./Verify";

type Entry = components["schemas"]["AuditEntryModel"];

const FILTERS = {
  person: text,
  client: text,
  about: choice(...QUESTIONS),
  days: choice("1", "7", "30", "90"),
};
const PAGE = 100;

/** Who did what, when and from where: sentences, the newest first. */
export default function Audit() {
  const t = useTexts("admin");
  const session = useSession();
  const [filters, setFilters] = useFilters(FILTERS);
  const [opened, setOpened] = useState<Entry | null>(null);
  const [now] = useState(() => Date.now());
  const query = useMemo(() => queryOf(filters, now), [filters, now]);
  const asked = useInfiniteQuery({
    queryKey: ["audit", query],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/v1/audit", { params: { query: { ...query, limit: PAGE, ...pageParam } }, signal })),
    initialPageParam: {} as { after?: string },
    getNextPageParam: (page) => (page.next === null ? undefined : { after: page.next }),
    // Each asking is an entry itself.
    staleTime: Infinity,
  });
  const rows = asked.data?.pages.flatMap((page) => page.items);
  const columns = useColumns();
  return (
    <Page title={t("section.audit")} figures={session.rights["audit.read"] === "all" && <Verify />}>
      <Stack gap="sm" mb="md">
        <Group gap="sm" align="end">
          <ClientChooser value={filters.client} onChange={(client) => setFilters({ client })} />
          <WhoSelect value={filters.person} onChange={(person) => setFilters({ person })} />
          <Select
            w={150}
            clearable
            label={t("audit.since")}
            placeholder={t("audit.ever")}
            data={(["1", "7", "30", "90"] as const).map((days) => ({
              value: days,
              label: t("touched.days", { count: Number(days) }),
            }))}
            value={filters.days}
            onChange={(days) => setFilters({ days: days as typeof filters.days })}
          />
        </Group>
        <Chip.Group
          value={filters.about ?? ""}
          onChange={(about) => setFilters({ about: (about || null) as typeof filters.about })}
        >
          <Group gap="xs">
            <Chip size="xs" value="">
              {t("audit.all")}
            </Chip>
            {QUESTIONS.map((one) => (
              <Chip key={one} size="xs" value={one}>
                {t(`audit.about.${one}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Stack>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable
          label={t("section.audit")}
          columns={columns}
          rows={rows}
          rowKey={(row) => String(row.seq)}
          onOpen={setOpened}
          opened={opened === null ? null : String(opened.seq)}
          empty={t("audit.none")}
          more={asked.hasNextPage ? () => void asked.fetchNextPage() : undefined}
          isLoadingMore={asked.isFetchingNextPage}
        />
      )}
      <RouteDrawer
        opened={opened !== null}
        close={() => setOpened(null)}
        size="min(560px, 100%)"
        title={opened !== null && t("audit.entry", { seq: opened.seq })}
      >
        {opened !== null && <Details entry={opened} />}
      </RouteDrawer>
    </Page>
  );
}

/** A person, also one who left, or the command, or Callward itself. */
function WhoSelect({ value, onChange }: { value: string | null; onChange: (name: string | null) => void }) {
  const t = useTexts("admin");
  const people = usePeople();
  const names = (people.data?.items ?? []).map(({ name, full_name }) => ({ value: name, label: full_name ?? name }));
  const known = new Set(["operator", "callward", ...names.map((one) => one.value)]);
  return (
    <Select
      w={190}
      clearable
      searchable
      label={t("audit.who")}
      placeholder={t("audit.anybody")}
      data={[
        ...names,
        { value: "operator", label: t("audit.operator") },
        { value: "callward", label: t("audit.itself") },
        ...(value === null || known.has(value) ? [] : [{ value, label: value }]),
      ]}
      value={value}
      onChange={onChange}
    />
  );
}

function useColumns(): Column<Entry>[] {
  const t = useTexts("admin");
  return useMemo(
    () => [
      { key: "at", title: t("audit.when"), width: "120px", cell: (row) => <When at={row.at} /> },
      { key: "who", title: t("audit.who"), width: "130px", cell: (row) => row.person },
      { key: "text", title: t("audit.what"), narrow: "title", cell: (row) => <Sentence entry={row} /> },
      {
        key: "from",
        title: t("audit.from"),
        width: "190px",
        narrow: "hidden",
        cell: (row) => (
          <Text span c="dimmed" inherit>
            {[row.address, row.via?.split(":")[0]].filter(Boolean).join(" · ")}
          </Text>
        ),
      },
    ],
    [t],
  );
}

/** What was done; a client in it leads to his card. */
function Sentence({ entry }: { entry: Entry }) {
  const t = useTexts("admin");
  return (
    <>
      {entry.text}{" "}
      {entry.client !== null && (
        <Link href={`/clients/${entry.client.id}`} aria-label={t("audit.card")}>
          →
        </Link>
      )}
    </>
  );
}
