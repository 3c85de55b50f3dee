import { useTexts } from "@/app/i18n";
import { DataTable } from "@/ui/DataTable";

import { Bars } from "./Bars";
import { useColumns } from "./columns";
import { type NumberFigures, useReport } from "./queries";
import { useSpan } from "./RangePicker";
import { ReportPage } from "./ReportPage";

/** Which number of the company was called, or shown to the customer. */
export function Numbers() {
  const t = useTexts("reports");
  const asked = useSpan();
  const report = useReport("numbers", asked);
  const rows = report.data?.items;
  const figures = useColumns<NumberFigures>();
  const name = (one: NumberFigures) =>
    one.number ?? (one.line === null ? t("numbers.former") : t("numbers.line", { line: one.line }));
  const data = (rows ?? []).map((one) => ({
    number: name(one),
    answered: one.answered,
    missed: one.missed,
    outbound: one.outbound,
  }));
  return (
    <ReportPage kind="numbers" asked={asked} report={report}>
      <Bars data={data} by="number" label={t("title.numbers")} />
      <DataTable
        label={t("title.numbers")}
        rows={rows}
        rowKey={(one) => `${one.line ?? "former"} ${one.number ?? ""} ${one.inbound} ${one.talk_seconds}`}
        columns={[{ key: "number", title: t("column.number"), narrow: "title", cell: name }, ...figures]}
      />
    </ReportPage>
  );
}
