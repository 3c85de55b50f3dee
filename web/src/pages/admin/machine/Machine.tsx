import { Code, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";

import classes from "../admin.module.css";
import { Facts, Part } from "../Facts";
import { Hours } from "./Hours";
import { Verdict } from "./Verdict";

type Settings = components["schemas"]["SettingsModel"];

/** What the settings file decided; it is changed on the machine. */
export default function Machine() {
  const t = useTexts("admin");
  const asked = useQuery({
    queryKey: ["settings"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/settings", { signal })),
  });
  return (
    <Page title={t("section.machine")}>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("machine.what")}
      </Text>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : asked.data === undefined ? (
        <Skeleton h={320} />
      ) : (
        <div className={classes["columns"]}>
          <Company settings={asked.data} />
          <Routing settings={asked.data} />
          <Calls settings={asked.data} />
          <Rest settings={asked.data} />
        </div>
      )}
    </Page>
  );
}

/** Where this is changed: the table of the settings file. */
function Where({ table, children }: { table: string; children?: ReactNode }) {
  const t = useTexts("admin");
  return (
    <Text size="xs" c="dimmed" mt="xs">
      {children ?? t("machine.where")} <Code>{table}</Code>
    </Text>
  );
}

function Company({ settings: { company, pbx } }: { settings: Settings }) {
  const t = useTexts("admin");
  return (
    <Stack gap="lg">
      <Part title={t("machine.company")}>
        <Facts
          of={[
            [t("machine.name"), company.name],
            [t("machine.numbers"), company.numbers.join(", ")],
            [t("machine.region"), company.region],
            [t("machine.timezone"), company.timezone],
            [t("machine.language"), t(`machine.languages.${company.language}`)],
          ]}
        />
        <Where table="[company]" />
      </Part>
      <Part title={t("machine.pbxs")}>
        <Stack gap="md">
          {pbx.map((one) => (
            <Facts
              key={one.name}
              of={[
                [
                  one.name,
                  <Verdict key="state" of={one.connected ? "ok" : "fail"}>
                    {t(one.connected ? "health.connected" : "health.down")}
                  </Verdict>,
                ],
                [t("machine.trunks"), one.trunks.join(", ")],
                [t("machine.records"), t(one.records ? "yes" : "no")],
                [t("machine.log"), t(one.logs_events ? "yes" : "no")],
              ]}
            />
          ))}
        </Stack>
        <Where table="[[pbx]]" />
      </Part>
    </Stack>
  );
}

function Routing({ settings: { routing } }: { settings: Settings }) {
  const t = useTexts("admin");
  return (
    <Part title={t("machine.routing")}>
      <Facts
        of={[
          [t("machine.hours"), <Hours key="hours" hours={routing.hours} />],
          [t("machine.holidays"), routing.holidays.join(", ") || t("machine.none")],
          [t("machine.afterHours"), t(`machine.after.${routing.after_hours}`)],
          [t("machine.first"), t("machine.seconds", { count: routing.curator_seconds })],
          [t("machine.second"), t("machine.seconds", { count: routing.deputy_seconds })],
          [
            t("machine.group"),
            `${routing.group.join(", ")} · ${t(`machine.order.${routing.group_order}`)} · ${t("machine.seconds", { count: routing.group_seconds })}`,
          ],
          [t("machine.voicemail"), t(routing.voicemail ? "yes" : "no")],
          [t("machine.agents"), t("machine.agentsOwn", { count: routing.agents, own: routing.own_hours })],
        ]}
      />
      <Where table="[routing]" />
    </Part>
  );
}

function Calls({ settings: { calls, announcements } }: { settings: Settings }) {
  const t = useTexts("admin");
  return (
    <Stack gap="lg">
      <Part title={t("machine.calls")}>
        <Facts
          of={[
            [t("machine.dial"), t(`machine.dials.${calls.dial}`)],
            [t("machine.emergency"), calls.emergency.join(", ")],
            [t("machine.agentRings"), t("machine.seconds", { count: calls.agent_seconds })],
            [t("machine.clientRings"), t("machine.seconds", { count: calls.client_seconds })],
            [t("machine.limits"), t("machine.limit", { each: calls.each_per_minute, all: calls.at_once })],
            [t("machine.pin"), t(`machine.pins.${calls.mobile_pin}`)],
            [t("machine.code"), t("machine.digits", { count: calls.code_digits })],
          ]}
        />
        <Where table="[outbound] [callbacks] [mobile] [masking]" />
      </Part>
      <Part title={t("machine.announcements")}>
        <Facts
          of={[
            [t("machine.inbound"), t(`machine.announced.${announcements.inbound}`)],
            [t("machine.outbound"), t(announcements.outbound ? "yes" : "no")],
            [t("machine.language"), t(`machine.languages.${announcements.language}`)],
            [t("machine.sound"), announcements.sound],
          ]}
        />
        <Where table="[announcements]" />
      </Part>
    </Stack>
  );
}

function Rest({ settings: { retention, integrations } }: { settings: Settings }) {
  const t = useTexts("admin");
  return (
    <Stack gap="lg">
      <Part title={t("machine.retention")}>
        <Facts
          of={[
            [t("machine.storage"), t(`machine.storages.${retention.storage}`)],
            [t("machine.format"), retention.format],
            [
              t("machine.keeps"),
              retention.recordings_days === null
                ? t("machine.forGood")
                : t("touched.days", { count: retention.recordings_days }),
            ],
            [t("machine.originals"), t(retention.keep_originals ? "machine.stay" : "machine.removed")],
            [t("machine.purge"), t("machine.purgeDays", { count: retention.purge_days })],
          ]}
        />
        <Where table="[recordings]" />
      </Part>
      <Part title={t("machine.integrations")}>
        <Facts
          of={[
            [t("machine.clients"), t(`machine.bases.${integrations.clients}`)],
            [t("machine.database"), integrations.database],
            [t("machine.windows"), t(integrations.windows ? "yes" : "no")],
            [t("machine.tls"), t(integrations.tls ? "machine.byItself" : integrations.proxies > 0 ? "machine.byProxy" : "no")],
          ]}
        />
        <Where table="[database] [windows] [http]" />
      </Part>
    </Stack>
  );
}
