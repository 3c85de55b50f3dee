import { LineChart } from "@mantine/charts";
import { NumberInput } from "@mantine/core";

import { useLanguage, useTexts } from "@/app/i18n";
import { DataTable } from "@/ui/DataTable";
import { useFilters, whole } from "@/ui/useFilters";
import { locale } from "@/ui/time";

import { useColumns } from "./columns";
import { type ServiceFigures, useReport } from "./queries";
import { useSpan } from "./RangePicker";
import { ReportPage } from "./ReportPage";
import classes from "./reports.module.css";

const FILTERS = { within: whole } as const;
const USUAL_SECONDS = 20;
const MOST_SECONDS = 3600;
const HEIGHT = 260;

/** Day by day, which part of those who called was answered in time. */
export function Service() {
  const t = useTexts("reports");
  const language = useLanguage();
  const [filters, setFilters] = useFilters(FILTERS);
  const within = filters.within ?? USUAL_SECONDS;
  const asked = { ...useSpan(), within };
  const report = useReport("service", asked);
  const rows = report.data?.items;
  const figures = useColumns<ServiceFigures>();
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const share = (value: number | null | undefined) => (value === null || value === undefined ? "–" : percent.format(value));
  const short = new Intl.DateTimeFormat(locale(language), { day: "numeric", month: "short", timeZone: "UTC" });
  const long = new Intl.DateTimeFormat(locale(language), { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const data = (rows ?? []).map((one) => ({
    day: short.format(new Date(one.day)),
    level: one.service_level === null ? null : Math.round(one.service_level * 100),
  }));
  return (
    <ReportPage
      kind="service"
      asked={asked}
      report={report}
      facts={[[t("column.service"), share(report.data?.total.service_level)]]}
      more={
        <NumberInput
          size="xs"
          w={132}
          aria-label={t("service.within")}
          suffix={t("service.suffix")}
          min={1}
          max={MOST_SECONDS}
          allowDecimal={false}
          clampBehavior="strict"
          value={within}
          onChange={(value) => setFilters({ within: typeof value === "number" && value > 0 ? value : null })}
        />
      }
    >
      <div className={classes["chart"]} role="img" aria-label={t("title.service")}>
        <LineChart
          h={HEIGHT}
          data={data}
          dataKey="day"
          curveType="linear"
          connectNulls={false}
          unit="%"
          yAxisProps={{ domain: [0, 100] }}
          lineChartProps={{ accessibilityLayer: false }}
          lineProps={{ isAnimationActive: false }}
          series={[{ name: "level", label: t("column.service"), color: "var(--report-answered)" }]}
        />
      </div>
      <DataTable
        label={t("title.service")}
        rows={rows}
        rowKey={(one) => one.day}
        columns={[
          { key: "day", title: t("column.day"), narrow: "title", cell: (one) => long.format(new Date(one.day)) },
          { key: "service", title: t("column.service"), width: "88px", align: "end", cell: (one) => share(one.service_level) },
          { key: "early", title: t("column.leftEarly"), width: "112px", align: "end", narrow: "hidden", cell: (one) => one.left_early },
          ...figures,
        ]}
      />
    </ReportPage>
  );
}
