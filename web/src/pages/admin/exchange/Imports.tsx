import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { useDrawerRoute } from "@/ui/RouteDrawer";
import { When } from "@/ui/When";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useAct } from "../queries";
import { ImportTable } from "./ImportTable";
import { KEY, sendFile, TABLES } from "./queries";

const PATH = "/admin/import";

/** A table of clients: brought, shown as it is understood, then imported. */
export default function Imports() {
  const t = useTexts("admin");
  const opened = useDrawerRoute(PATH);
  const past = useQuery({ queryKey: KEY, queryFn: ({ signal }) => ask(api.GET("/api/v1/imports", { signal })) });
  const bring = useAct(
    (file: File) => ask(api.POST("/api/v1/imports", sendFile(file))),
    [KEY],
    (made) => opened.open(made.id),
  );
  return (
    <Page title={t("section.import")}>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("imports.what")}
      </Text>
      <Stack gap="lg">
        {opened.id === null ? (
          <div>
            <FileButton accept={TABLES} onChange={(file) => file !== null && bring.mutate(file)}>
              {(props) => (
                <Button {...props} loading={bring.isPending}>
                  {t("imports.choose")}
                </Button>
              )}
            </FileButton>
            <div aria-live="polite">
              {bring.isPending && <Text size="sm">{t("imports.reading")}</Text>}
              {bring.error !== null && <ProblemText error={bring.error} />}
            </div>
          </div>
        ) : (
          <ImportTable key={opened.id} id={opened.id} onClose={opened.close} />
        )}
        {opened.id === null && (
          <Part title={t("imports.past")}>
            {past.error !== null && <Problem error={past.error} retry={() => void past.refetch()} />}
            {past.data?.items.length === 0 && (
              <Text size="sm" c="dimmed">
                {t("imports.none")}
              </Text>
            )}
            <ul className={classes["lines"]}>
              {past.data?.items.map((one) => (
                <li key={one.id}>
                  <span>
                    <When at={one.at} />
                  </span>
                  <span>{t(`imports.state.${one.state}`)}</span>
                  <span className={classes["grow"]}>
                    {t("imports.progress", { done: one.counts.done, rows: one.rows })}
                  </span>
                  {(one.state === "preview" || one.state === "running") && (
                    <Group>
                      <Button size="compact-xs" variant="default" onClick={() => opened.open(one.id)}>
                        {t("imports.would")}
                      </Button>
                    </Group>
                  )}
                </li>
              ))}
            </ul>
          </Part>
        )}
      </Stack>
    </Page>
  );
}
