import { BarChart } from "@mantine/charts";

import { useTexts } from "@/app/i18n";

import classes from "./reports.module.css";

interface Props {
  data: { answered: number; missed: number; outbound: number }[];
  /** The field under a bar. */
  by: string;
  /** What the picture shows, for who does not see it; the table says the rest. */
  label: string;
  missedLabel?: string;
}

const HEIGHT = 260;

/** Answered and missed calls on one another, outbound ones beside them. */
export function Bars({ data, by, label, missedLabel }: Props) {
  const t = useTexts("reports");
  return (
    <div className={classes["chart"]} role="img" aria-label={label}>
      <BarChart
        h={HEIGHT}
        data={data}
        dataKey={by}
        type="stacked"
        withLegend
        legendProps={{ verticalAlign: "top", height: 32 }}
        barChartProps={{ accessibilityLayer: false }}
        barProps={(series) => ({ isAnimationActive: false, stackId: series.name === "outbound" ? "out" : "in" })}
        series={[
          { name: "answered", label: t("column.answered"), color: "var(--report-answered)" },
          { name: "missed", label: missedLabel ?? t("column.missed"), color: "var(--report-missed)" },
          { name: "outbound", label: t("column.outbound"), color: "var(--report-outbound)" },
        ]}
      />
    </div>
  );
}
