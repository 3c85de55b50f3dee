import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useLanguage, useTexts } from "@/app/i18n";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "../admin.module.css";
import { Facts, Part } from "../Facts";
import { useAct } from "../queries";
import { byPlace } from "./findings";
import { Links } from "./Links";
import { Verdict } from "./Verdict";

type System = components["schemas"]["SystemModel"];

const AGAIN_MS = 1_500;
const LIVE_MS = 10_000;

/** How the daemon is now, and what it stands on. */
export default function Health() {
  const t = useTexts("admin");
  const language = useLanguage();
  const queries = useQueryClient();
  const key = ["system", language];
  const [showsAll, setShowsAll] = useState(false);
  const asked = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/system", { signal })),
    refetchInterval: (query) => (query.state.data?.finished_at === null ? AGAIN_MS : false),
  });
  const again = useAct(
    () => ask(api.GET("/api/v1/system", { params: { query: { fresh: true } } })),
    [],
    (system) => queries.setQueryData(key, system),
  );
  const system = asked.data;
  const isLooking = again.isPending || (system !== undefined && system.finished_at === null);
  return (
    <Page
      title={t("section.health")}
      figures={
        <Button variant="default" loading={isLooking} onClick={() => again.mutate(undefined)}>
          {t("health.again")}
        </Button>
      }
    >
      <Stack gap="lg">
        <Now />
        {asked.error !== null ? (
          <Problem error={asked.error} retry={() => void asked.refetch()} />
        ) : system === undefined ? (
          <Skeleton h={240} />
        ) : (
          <Findings system={system} showsAll={showsAll} onAll={() => setShowsAll((now) => !now)} />
        )}
      </Stack>
    </Page>
  );
}

interface FindingsProps {
  system: System;
  showsAll: boolean;
  onAll: () => void;
}

/** What is wrong first; what is well only on demand. */
function Findings({ system, showsAll, onAll }: FindingsProps) {
  const t = useTexts("admin");
  const good = system.findings.filter((one) => one.verdict === "ok").length;
  const shown = system.findings.filter((one) => showsAll || one.verdict !== "ok");
  return (
    <>
      <Text size="sm" aria-live="polite">
        <Said system={system} /> {t("health.version", { version: system.version })}
      </Text>
      {byPlace(shown).map(([pbx, findings]) => (
        <Part key={pbx ?? ""} title={pbx === null ? t("health.machine") : t("health.pbx", { name: pbx })}>
          <ul className={classes["lines"]}>
            {findings.map((one, position) => (
              <li key={`${one.code} ${position}`}>
                <Verdict of={one.verdict} />
                <span className={classes["grow"]}>{one.text}</span>
              </li>
            ))}
          </ul>
        </Part>
      ))}
      {good > 0 && (
        <Button variant="subtle" w="fit-content" onClick={onAll} aria-expanded={showsAll}>
          {t(showsAll ? "health.hideGood" : "health.showGood", { count: good })}
        </Button>
      )}
    </>
  );
}

function Said({ system }: { system: System }) {
  const t = useTexts("admin");
  const wrong = system.findings.filter((one) => one.verdict === "fail").length;
  if (system.finished_at === null) return <>{t("health.looking", { count: system.findings.length })}</>;
  return (
    <>
      {wrong > 0 ? t("health.wrong", { count: wrong }) : t("health.well")} {t("health.looked")}{" "}
      <When at={system.finished_at} />.{system.cut_short && ` ${t("health.cutShort")}`}
    </>
  );
}

/** What the daemon says of itself, anew every ten seconds. */
function Now() {
  const t = useTexts("admin");
  const asked = useQuery({
    queryKey: ["health"],
    queryFn: async ({ signal }) => {
      // 503 says what is wrong, too.
      const { data, error } = await api.GET("/health", { signal });
      return data ?? (error as unknown as components["schemas"]["HealthModel"]);
    },
    refetchInterval: LIVE_MS,
  });
  const health = asked.data;
  if (asked.error !== null) return <Problem error={asked.error} retry={() => void asked.refetch()} />;
  if (health === undefined) return <Skeleton h={96} />;
  const waiting = Object.values(health.outbox_waiting ?? {}).reduce((sum, one) => sum + one, 0);
  return (
    <Part title={t("health.now")}>
      <Stack gap="sm">
        <Facts
          of={[
            [
              t("health.database"),
              <Verdict key="database" of={health.database ? "ok" : "fail"}>
                {t(health.database ? "health.writes" : "health.stuck")}
              </Verdict>,
            ],
            [t("health.running"), String(health.calls_running ?? "–")],
            [t("health.unwritten"), String(health.calls_waiting ?? "–")],
            [t("health.effects"), String(waiting)],
          ]}
        />
        <Links links={health.links ?? []} />
      </Stack>
    </Part>
  );
}
