import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";

import { useLanguage, useTexts } from "@/app/i18n";
import { choice, useFilters } from "@/ui/useFilters";
import { locale } from "@/ui/time";

import { Bars } from "./Bars";
import { byHour, heat, type Measure, MEASURES } from "./heat";
import { useReport } from "./queries";
import { useSpan } from "./RangePicker";
import { ReportPage } from "./ReportPage";
import classes from "./reports.module.css";

const FILTERS = { show: choice(...MEASURES) } as const;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

/** A week's hours as a table that is the darker the more calls there were, and the hours of a day. */
export function Hours() {
  const t = useTexts("reports");
  const [filters, setFilters] = useFilters(FILTERS);
  const asked = useSpan();
  const report = useReport("hours", asked);
  const items = useMemo(() => report.data?.items ?? [], [report.data]);
  const measure = filters.show ?? "inbound";
  return (
    <ReportPage kind="hours" asked={asked} report={report}>
      <SegmentedControl
        size="xs"
        aria-label={t("hours.show")}
        value={measure}
        onChange={(value) => setFilters({ show: value as Measure })}
        data={MEASURES.map((value) => ({ value, label: t(`hours.measure.${value}`) }))}
      />
      <Week rows={heat(items, measure)} label={t(`hours.measure.${measure}`)} />
      <h2 className={classes["heading"]}>{t("hours.ofDay")}</h2>
      <Bars data={byHour(items)} by="hour" label={t("hours.ofDay")} />
    </ReportPage>
  );
}

function Week({ rows, label }: { rows: ReturnType<typeof heat>; label: string }) {
  const t = useTexts("reports");
  const language = useLanguage();
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const short = new Intl.DateTimeFormat(locale(language), { weekday: "short", timeZone: "UTC" });
  const long = new Intl.DateTimeFormat(locale(language), { weekday: "long", timeZone: "UTC" });
  return (
    <div className={classes["scrolled"]} tabIndex={0} role="region" aria-label={t("hours.week", { label })}>
      <table className={classes["week"]}>
        <thead>
          <tr>
            <td />
            {Array.from({ length: 24 }, (_value, hour) => (
              <th key={hour} scope="col">
                {String(hour).padStart(2, "0")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, day) => (
            <tr key={day}>
              <th scope="row" title={long.format(MONDAY + day * DAY)}>
                {short.format(MONDAY + day * DAY)}
              </th>
              {cells.map((cell, hour) => (
                <td key={hour} data-shade={cell.shade}>
                  {cell.value === null ? "" : number.format(cell.value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
