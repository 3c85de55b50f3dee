import { Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { DataTable } from "@/ui/DataTable";

import { Bars } from "./Bars";
import { useColumns } from "./columns";
import { type PersonFigures, useReport } from "./queries";
import { useSpan } from "./RangePicker";
import { ReportPage } from "./ReportPage";

/** Who answered, at whom it rang in vain, who called out, and how long they talked. */
export function People() {
  const t = useTexts("reports");
  const asked = useSpan();
  const report = useReport("people", asked);
  const rows = report.data?.items;
  const figures = useColumns<PersonFigures>("inbound", "missed");
  const data = (rows ?? []).map((one) => ({
    person: one.person,
    answered: one.answered,
    missed: one.unanswered,
    outbound: one.outbound,
  }));
  return (
    <ReportPage kind="people" asked={asked} report={report}>
      <Bars data={data} by="person" label={t("title.people")} missedLabel={t("column.unanswered")} />
      <DataTable
        label={t("title.people")}
        rows={rows}
        rowKey={(one) => one.person}
        columns={[
          {
            key: "person",
            title: t("column.person"),
            narrow: "title",
            cell: (one) => (
              <>
                {one.person}
                {one.left && (
                  <Text span size="xs" c="dimmed">
                    {` · ${t("left")}`}
                  </Text>
                )}
              </>
            ),
          },
          { key: "rang", title: t("column.rang"), width: "88px", align: "end", cell: (one) => one.rang },
          { key: "unanswered", title: t("column.unanswered"), width: "112px", align: "end", cell: (one) => one.unanswered },
          ...figures,
        ]}
      />
    </ReportPage>
  );
}
