import { Anchor } from "@mantine/core";
import { Link, useSearch } from "wouter";

import { useTexts } from "@/app/i18n";
import { Page } from "@/ui/Page";

import { LazyCallView } from "./LazyCallView";

/** One call as a page of its own. */
export function CallPage({ id }: { id: string }) {
  const t = useTexts("calls");
  const search = useSearch();
  const back = (
    <Anchor component={Link} href={`/calls${search === "" ? "" : `?${search}`}`} size="sm">
      {t("back")}
    </Anchor>
  );
  return (
    <Page title={t("column.call")} filters={back}>
      <LazyCallView id={id} />
    </Page>
  );
}
