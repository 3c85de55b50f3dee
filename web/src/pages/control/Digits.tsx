import { Button, Text } from "@mantine/core";
import { useMemo } from "react";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { compared, type Stretch } from "@/pages/clients/card/digits";
import { type Column, DataTable } from "@/ui/DataTable";
import { Locked } from "@/ui/Locked";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { choice, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import classes from "./control.module.css";
import { DaysChoice } from "./Filters";
import { type DigitEdit, useDigitEdits, useUndo } from "./queries";
import { DAYS, since, USUAL } from "./since";
import { Who } from "./Who";

const FILTERS = { days: choice(...DAYS) };

/** Who changed which digit of a client's number; one click puts it back. */
export default function Digits() {
  const t = useTexts("control");
  const [filters, setFilters] = useFilters(FILTERS);
  const days = filters.days ?? USUAL;
  const edits = useDigitEdits({ since: since(days, new Date()) });
  const rows = useMemo(() => edits.data?.pages.flatMap((page) => page.items), [edits.data]);
  const columns = useColumns();
  return (
    <Page
      title={t("digits.title")}
      filters={<DaysChoice days={days} onChange={(chosen) => setFilters({ days: chosen === USUAL ? null : chosen })} />}
    >
      {edits.error !== null && <Problem error={edits.error} retry={() => void edits.refetch()} />}
      {(edits.error === null || rows !== undefined) && (
        <DataTable
          label={t("digits.title")}
          columns={columns}
          rows={rows}
          rowKey={(edit) => edit.change_id}
          empty={t("digits.empty")}
          more={edits.hasNextPage ? () => void edits.fetchNextPage() : undefined}
          isLoadingMore={edits.isFetchingNextPage}
        />
      )}
    </Page>
  );
}

function useColumns(): readonly Column<DigitEdit>[] {
  const t = useTexts("control");
  return useMemo(
    () => [
      { key: "when", title: t("column.when"), width: "112px", cell: (edit) => <When at={edit.at} /> },
      {
        key: "client",
        title: t("column.client"),
        narrow: "title",
        cell: (edit) => <Who of={{ client_id: edit.client_id, client_name: edit.client_name, short_code: null }} />,
      },
      {
        key: "what",
        title: t("column.what"),
        cell: (edit) => (
          <>
            {t("digits.said", { count: edit.digits, person: edit.actor, of: edit.of })}
            <Text span size="xs" c="dimmed">
              {` · ${t("digits.places", { places: edit.places.join(", ") })}`}
            </Text>
          </>
        ),
      },
      { key: "values", title: "", width: "280px", cell: (edit) => <Values edit={edit} /> },
      { key: "act", title: "", width: "136px", cell: (edit) => <Undo edit={edit} /> },
    ],
    [t],
  );
}

function Values({ edit }: { edit: DigitEdit }) {
  if (edit.before === null || edit.after === null) return <Locked />;
  const [before, after] = compared(edit.before, edit.after);
  return (
    <span className={classes["number"]}>
      <Marked of={before} /> → <Marked of={after} />
    </span>
  );
}

function Marked({ of }: { of: readonly Stretch[] }) {
  return of.map((stretch, place) => (
    <span key={place} className={stretch.isOther ? classes["digit"] : undefined}>
      {stretch.text}
    </span>
  ));
}

function Undo({ edit }: { edit: DigitEdit }) {
  const t = useTexts("control");
  const session = useSession();
  const undo = useUndo();
  if (edit.undone_by !== null) {
    return (
      <Text span inherit c="dimmed">
        {t("digits.undone")}
      </Text>
    );
  }
  if (!session.has("changes.undo") || session.hidden.includes(edit.field)) return null;
  return (
    <>
      <Button size="compact-xs" variant="light" loading={undo.isPending} onClick={() => undo.mutate(edit.change_id)}>
        {t("digits.undo")}
      </Button>
      {undo.error !== null && <ProblemText error={undo.error} />}
    </>
  );
}
