import { Anchor, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Problem } from "@/ui/Problem";
import { When } from "@/ui/When";
import { sayCode } from "@/ui/code";

import { Facts, Part } from "../Facts";

type Touched = components["schemas"]["TouchedCardModel"];

const SPANS = ["7", "30", "90"] as const;
const DAY_MS = 86_400_000;
const SHOWN = 200;

/** What he opened, changed, heard, called and took along. Asking is kept in the audit, too. */
export function PersonTouched({ name }: { name: string }) {
  const t = useTexts("admin");
  const [days, setDays] = useState<string>("90");
  const [now] = useState(() => Date.now());
  const params = { path: { name } };
  const touched = useQuery({
    queryKey: ["touched", name, days],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/people/{name}/touched", {
          params: { ...params, query: { days: Number(days), limit: SHOWN } },
          signal,
        }),
      ),
    staleTime: Infinity,
  });
  const acts = useQuery({
    queryKey: ["audit", "of", name, days],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/audit/people/{name}", {
          params: { ...params, query: { since: new Date(now - Number(days) * DAY_MS).toISOString() } },
          signal,
        }),
      ),
    staleTime: Infinity,
  });
  const error = touched.error ?? acts.error;
  const columns: Column<Touched>[] = [
    {
      key: "client",
      title: t("touched.client"),
      narrow: "title",
      cell: (row) => (
        <Anchor component={Link} href={`/clients/${row.id}`} size="sm">
          {row.name ?? t("nameless")} {sayCode(row.short_code)}
        </Anchor>
      ),
    },
    { key: "opened", title: t("touched.opened"), width: "80px", align: "end", cell: (row) => row.opened || "" },
    { key: "changed", title: t("touched.changed"), width: "80px", align: "end", cell: (row) => row.changed || "" },
    { key: "heard", title: t("touched.heard"), width: "80px", align: "end", cell: (row) => row.heard || "" },
    { key: "calls", title: t("touched.calls"), width: "80px", align: "end", cell: (row) => row.calls || "" },
    {
      key: "last",
      title: t("touched.last"),
      width: "110px",
      cell: (row) => (row.last_at === null ? "" : <When at={row.last_at} />),
    },
  ];
  return (
    <Stack gap="lg">
      <Select
        w={200}
        label={t("touched.span")}
        allowDeselect={false}
        data={SPANS.map((span) => ({ value: span, label: t("touched.days", { count: Number(span) }) }))}
        value={days}
        onChange={(span) => span !== null && setDays(span)}
      />
      {error !== null ? (
        <Problem error={error} />
      ) : (
        <>
          <Part title={t("touched.acts")}>
            {acts.data === undefined ? (
              <Skeleton h={80} />
            ) : acts.data.actions.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t("touched.nothing")}
              </Text>
            ) : (
              <Facts of={acts.data.actions.map((one) => [one.text, <Count key={one.action} of={one} />])} />
            )}
          </Part>
          {(touched.data?.exports.length ?? 0) > 0 && (
            <Part title={t("touched.exports")}>
              <Facts
                of={(touched.data?.exports ?? []).map((one) => [
                  one.watermark,
                  <span key={one.watermark}>
                    {t("touched.exported", { count: one.clients })} · <When at={one.at} />
                  </span>,
                ])}
              />
            </Part>
          )}
          <Part
            title={t("touched.clients")}
            what={
              (touched.data?.more ?? 0) > 0 ? t("touched.more", { count: touched.data?.more ?? 0 }) : undefined
            }
          >
            <DataTable
              label={t("touched.clients")}
              columns={columns}
              rows={touched.data?.clients}
              rowKey={(row) => row.id}
              empty={t("touched.nothing")}
            />
          </Part>
        </>
      )}
    </Stack>
  );
}

function Count({ of }: { of: components["schemas"]["TouchedModel"] }) {
  const t = useTexts("admin");
  return (
    <>
      {t("touched.times", { count: of.entries })}
      {of.clients > 0 && `, ${t("touched.ofClients", { count: of.clients })}`} · <When at={of.last_at} />
    </>
  );
}
