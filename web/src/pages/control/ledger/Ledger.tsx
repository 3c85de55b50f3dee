import { TextInput } from "@mantine/core";
import { useMemo } from "react";

import { useLanguage, useTexts } from "@/app/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { RouteDrawer, useDrawerRoute } from "@/ui/RouteDrawer";
import { choice, useFilters } from "@/ui/useFilters";

import { DaysChoice } from "../Filters";
import { DAYS, since, USUAL } from "../since";
import { dayOf, isDay, shownDay, today } from "./days";
import { LedgerState } from "./LedgerState";
import { OneDay } from "./OneDay";
import { type LedgerDay, useLedger } from "./queries";

const FILTERS = { days: choice(...DAYS) };

/** Day by day: the PBX's log, calls, recordings, clients and the outside CRM, matched one to one. */
export default function Ledger() {
  const t = useTexts("control");
  const language = useLanguage();
  const [filters, setFilters] = useFilters(FILTERS);
  const drawer = useDrawerRoute("/control/ledger");
  const days = filters.days ?? USUAL;
  const ledger = useLedger(dayOf(new Date(since(days, new Date()))));
  const columns = useColumns();
  const chosen = drawer.id !== null && isDay(drawer.id) ? drawer.id : null;
  return (
    <Page
      title={t("ledger.title")}
      filters={
        <>
          <DaysChoice days={days} onChange={(value) => setFilters({ days: value === USUAL ? null : value })} />
          <TextInput
            type="date"
            size="xs"
            aria-label={t("ledger.choose")}
            max={today()}
            value={chosen ?? ""}
            onChange={(event) => {
              if (isDay(event.currentTarget.value)) drawer.open(event.currentTarget.value);
            }}
          />
        </>
      }
    >
      {ledger.error !== null && <Problem error={ledger.error} retry={() => void ledger.refetch()} />}
      {(ledger.error === null || ledger.data !== undefined) && (
        <DataTable
          label={t("ledger.title")}
          columns={columns}
          rows={ledger.data?.items}
          rowKey={(one) => one.day}
          onOpen={(one) => drawer.open(one.day)}
          opened={chosen}
          empty={t("ledger.empty")}
        />
      )}
      <RouteDrawer
        opened={chosen !== null}
        close={drawer.close}
        title={chosen !== null && shownDay(chosen, language)}
        size="xl"
      >
        {chosen !== null && <OneDay key={chosen} day={chosen} />}
      </RouteDrawer>
    </Page>
  );
}

function useColumns(): readonly Column<LedgerDay>[] {
  const t = useTexts("control");
  const language = useLanguage();
  return useMemo(
    () => [
      { key: "day", title: t("ledger.day"), width: "176px", narrow: "title", cell: (one) => shownDay(one.day, language) },
      { key: "state", title: t("column.state"), width: "176px", cell: (one) => <LedgerState of={one} /> },
      { key: "log", title: t("ledger.log"), width: "112px", align: "end", cell: logged },
      { key: "calls", title: t("ledger.calls"), width: "96px", align: "end", cell: (one) => total(one, "stored") },
      { key: "recordings", title: t("ledger.recordings"), width: "112px", align: "end", cell: (one) => one.recordings },
      { key: "clients", title: t("ledger.clients"), width: "112px", align: "end", cell: (one) => `${one.with_card}/${one.customers}` },
      { key: "crm", title: t("ledger.crm"), align: "end", cell: (one) => (one.crm === null ? t("ledger.noCrm") : one.in_crm) },
    ],
    [t, language],
  );
}

/** A dash where no log could be read at all. */
function logged(one: LedgerDay): string | number {
  return one.pbxs.every((pbx) => pbx.unchecked !== null) ? "–" : total(one, "logged");
}

function total(one: LedgerDay, what: "logged" | "stored"): number {
  return one.pbxs.reduce((sum, pbx) => sum + pbx[what], 0);
}
