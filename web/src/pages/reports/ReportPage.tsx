import { Button, Text } from "@mantine/core";
import IconDownload from "@tabler/icons-react/dist/esm/icons/IconDownload.mjs";
import type { ReactNode } from "react";

import { useLanguage, useTexts } from "@/app/i18n";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { duration, locale } from "@/ui/time";

import { type Asked, type CallFigures, type Kind, useFile } from "./queries";
import { RangePicker } from "./RangePicker";
import classes from "./reports.module.css";

interface Props {
  kind: Kind;
  asked: Asked;
  report: { data: Told | undefined; error: Error | null; isPlaceholderData: boolean; refetch: () => Promise<unknown> };
  /** More to choose from, beside the days. */
  more?: ReactNode;
  /** More of the whole, beside what every report says. */
  facts?: readonly Fact[];
  children: ReactNode;
}

interface Told {
  since: string;
  until: string;
  timezone: string;
  total: CallFigures;
}

export type Fact = readonly [name: string, value: string];

/** The head of a report: its days, the whole in figures, and the file. */
export function ReportPage({ kind, asked, report, more, facts = [], children }: Props) {
  const t = useTexts("reports");
  const file = useFile();
  const { data } = report;
  return (
    <Page
      title={t(`title.${kind}`)}
      filters={
        <>
          <RangePicker />
          {more}
        </>
      }
      figures={
        <Button
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.5} aria-hidden />}
          loading={file.isPending}
          onClick={() => file.mutate({ kind, asked })}
        >
          {t("file")}
        </Button>
      }
    >
      {file.error !== null && <ProblemText error={file.error} />}
      {report.error !== null && <Problem error={report.error} retry={() => void report.refetch()} />}
      {report.error === null && (
        <div aria-busy={data === undefined || report.isPlaceholderData} className={classes["report"]}>
          <Whole of={data} facts={facts} />
          {data !== undefined && data.total.inbound + data.total.outbound === 0 ? (
            <Text c="dimmed" py="xl" ta="center">
              {t("empty")}
            </Text>
          ) : (
            children
          )}
          <Text size="xs" c="dimmed">
            {t("meant")}
          </Text>
        </div>
      )}
    </Page>
  );
}

/** All calls of the days, as figures that keep their place. */
function Whole({ of, facts }: { of: Told | undefined; facts: readonly Fact[] }) {
  const t = useTexts("reports");
  const language = useLanguage();
  const total = of?.total;
  const days = of === undefined ? "–" : span(of.since, of.until, language);
  const whole = new Intl.NumberFormat(language);
  const number = (value: number | undefined) => (value === undefined ? "–" : whole.format(value));
  const long = (seconds: number | null | undefined) => (seconds === null || seconds === undefined ? "–" : duration(seconds));
  const all: readonly Fact[] = [
    [t("column.inbound"), number(total?.inbound)],
    [t("column.answered"), number(total?.answered)],
    [t("column.missed"), number(total?.missed)],
    [t("column.outbound"), number(total?.outbound)],
    [t("column.waiting"), long(total?.waiting.median)],
    [t("column.talk"), long(total?.talk.median)],
    ...facts,
  ];
  return (
    <>
      <Text size="xs" c="dimmed">
        {of === undefined ? days : t("days", { days, zone: of.timezone })}
      </Text>
      <dl className={classes["whole"]}>
        {all.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function span(since: string, until: string, language: string): string {
  const format = new Intl.DateTimeFormat(locale(language), { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return format.formatRange(new Date(since), new Date(until));
}
