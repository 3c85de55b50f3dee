import { useLanguage, useTexts } from "@/app/i18n";
import type { Column } from "@/ui/DataTable";
import { Duration } from "@/ui/Duration";

import type { CallFigures } from "./queries";

const COUNT = "88px";
const LONG = "96px";

/** What every table of a report shows of a group, after whose it is. */
export function useColumns<Row extends CallFigures>(...without: (keyof CallFigures)[]): Column<Row>[] {
  const t = useTexts("reports");
  const language = useLanguage();
  const number = new Intl.NumberFormat(language);
  const counts = (["inbound", "answered", "missed", "outbound", "reached"] as const).filter(
    (name) => !without.includes(name),
  );
  return [
    ...counts.map((name) => ({
      key: name,
      title: t(`column.${name}`),
      width: COUNT,
      align: "end" as const,
      cell: (one: Row) => number.format(one[name]),
    })),
    long("waiting", t("column.waiting"), (one) => one.waiting.median),
    long("longestWaiting", t("column.longestWaiting"), (one) => one.waiting.longest, "hidden"),
    long("talk", t("column.talk"), (one) => one.talk.median),
    long("meanTalk", t("column.meanTalk"), (one) => one.talk.mean, "hidden"),
    long("longestTalk", t("column.longestTalk"), (one) => one.talk.longest, "hidden"),
    long("allTalk", t("column.allTalk"), (one) => one.talk_seconds),
  ];

  function long(key: string, title: string, of: (one: Row) => number | null, narrow?: "hidden"): Column<Row> {
    return {
      key,
      title,
      width: LONG,
      align: "end",
      ...(narrow === undefined ? {} : { narrow }),
      cell: (one) => <Duration seconds={of(one)} />,
    };
  }
}
