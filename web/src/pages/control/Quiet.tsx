import { Anchor, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";

import { useLanguage, useTexts } from "@/app/i18n";
import { CallButton } from "@/ui/CallButton";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { RouteDrawer, useDrawerRoute } from "@/ui/RouteDrawer";
import { When } from "@/ui/When";

import classes from "./control.module.css";
import { type QuietClient, type QuietShare, useQuietOf, useQuietShares } from "./queries";
import { Who } from "./Who";

/** Managers after whom clients went quiet, beside their colleagues. */
export default function Quiet() {
  const t = useTexts("control");
  const shares = useQuietShares();
  const drawer = useDrawerRoute("/control/quiet");
  const { open } = drawer;
  const columns = useColumns();
  const person = drawer.id === null ? null : decodeURIComponent(drawer.id);
  return (
    <Page title={t("quiet.title")}>
      {shares.error !== null ? (
        <Problem error={shares.error} retry={() => void shares.refetch()} />
      ) : (
        <DataTable
          label={t("quiet.title")}
          columns={columns}
          rows={shares.data?.items}
          rowKey={(one) => one.person}
          onOpen={(one) => open(one.person)}
          opened={person}
          empty={t("quiet.empty")}
        />
      )}
      <RouteDrawer
        opened={person !== null}
        close={drawer.close}
        size="xl"
        title={person === null ? "" : t("quiet.of", { person })}
      >
        {person !== null && <ClientsOf key={person} person={person} />}
      </RouteDrawer>
    </Page>
  );
}

function useColumns(): readonly Column<QuietShare>[] {
  const t = useTexts("control");
  return useMemo(
    () => [
      {
        key: "who",
        title: t("column.manager"),
        width: "160px",
        narrow: "title",
        cell: (one) => (
          <>
            {one.person}
            {one.left && (
              <Text span size="xs" c="dimmed">
                {` · ${t("quiet.left")}`}
              </Text>
            )}
          </>
        ),
      },
      {
        key: "said",
        title: t("column.what"),
        cell: (one) => t("quiet.said", { count: one.regular, quiet: one.quiet, person: one.person }),
      },
      { key: "share", title: t("column.share"), width: "320px", cell: (one) => <Share of={one} /> },
    ],
    [t],
  );
}

/** The share in words, and drawn: the tick is the colleagues'. */
function Share({ of }: { of: QuietShare }) {
  const t = useTexts("control");
  const percent = usePercent();
  const beside = of.colleagues_share;
  return (
    <>
      <span className={classes["share"]} aria-hidden>
        <span className={classes["part"]} style={{ width: `${of.share * 100}%` }} />
        {beside !== null && <span className={classes["tick"]} style={{ left: `${beside * 100}%` }} />}
      </span>
      <span className={classes["number"]}>{percent(of.share)}</span>
      <Text span size="xs" c="dimmed">
        {" · "}
        {beside === null ? t("quiet.alone") : t("quiet.colleagues", { share: percent(beside) })}
      </Text>
    </>
  );
}

/** The clients on which it rests. */
function ClientsOf({ person }: { person: string }) {
  const t = useTexts("control");
  const clients = useQuietOf(person);
  const columns = useMemo<readonly Column<QuietClient>[]>(
    () => [
      { key: "client", title: t("column.client"), narrow: "title", cell: (one) => <Who of={one} /> },
      {
        key: "last",
        title: t("column.last"),
        width: "128px",
        cell: (one) => (
          <Anchor component={Link} inherit href={`/calls/${one.last_call_id}`}>
            <When at={one.last_at} />
          </Anchor>
        ),
      },
      { key: "talks", title: t("column.talks"), width: "88px", align: "end", cell: (one) => one.talks },
      { key: "curator", title: t("column.curator"), width: "112px", cell: (one) => one.curator },
      {
        key: "act",
        title: "",
        width: "120px",
        cell: (one) => one.client_id !== null && <CallButton client={one.client_id} compact />,
      },
    ],
    [t],
  );
  if (clients.error !== null) return <Problem error={clients.error} retry={() => void clients.refetch()} />;
  return (
    <DataTable
      label={t("quiet.listOf", { person })}
      columns={columns}
      rows={clients.data?.pages.flatMap((page) => page.items)}
      rowKey={(one) => one.last_call_id}
      empty={t("quiet.none")}
      more={clients.hasNextPage ? () => void clients.fetchNextPage() : undefined}
      isLoadingMore={clients.isFetchingNextPage}
    />
  );
}

function usePercent(): (share: number) => string {
  const language = useLanguage();
  return (share) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);
}
