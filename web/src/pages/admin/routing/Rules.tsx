import { NumberInput, Radio, Skeleton, Stack, Switch, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";

import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { announcements, callbacks, type Decidable, type Door, recordings } from "./doors";
import { Ending, Setting } from "./Setting";
import { useDecided } from "./useDecided";

type Schemas = components["schemas"];

/** What is announced, how managers' calls are limited, and how recordings are kept. */
export default function Rules() {
  const t = useTexts("admin");
  return (
    <Page title={t("section.call-rules")}>
      <Text size="sm" c="dimmed" mb="md" maw={760}>
        {t("decided.what")} {t("decided.whatFile")} <Link href="/admin/machine">{t("section.machine")}</Link>.
      </Text>
      <div className={classes["columns"]}>
        <Announcements />
        <Callbacks />
        <Recordings />
      </div>
    </Page>
  );
}

interface SectionProps<Policy extends Decidable, Changes extends object> {
  title: string;
  door: Door<Policy, Changes>;
  children: (deciding: Ready<Policy, Changes>) => ReactNode;
}

type Ready<Policy extends Decidable, Changes extends object> = Omit<ReturnType<typeof useDecided<Policy, Changes>>, "policy"> & {
  policy: Policy;
};

function Section<Policy extends Decidable, Changes extends object>({ title, door, children }: SectionProps<Policy, Changes>) {
  const { policy, ...deciding } = useDecided(door);
  return (
    <Part title={title}>
      {deciding.asked.error !== null ? (
        <Problem error={deciding.asked.error} retry={() => void deciding.asked.refetch()} />
      ) : policy === undefined ? (
        <Skeleton h={240} />
      ) : (
        <>
          {children({ ...deciding, policy })}
          <Ending of={{ ...deciding, policy }} />
        </>
      )}
    </Part>
  );
}

function Announcements() {
  const t = useTexts("admin");
  return (
    <Section title={t("machine.announcements")} door={announcements}>
      {(of) => {
        const { file } = of.policy;
        const now = { ...of.policy.now, ...of.typed } as Schemas["AnnouncementValues"];
        const spoken = (one: string | null) => (one === null ? t("decided.companys") : t(`machine.languages.${one as "en" | "ru"}`));
        const differs = now.inbound !== file.inbound || now.outbound !== file.outbound || now.language !== file.language;
        return (
          <>
            <Setting of={of} name="inbound" label={t("machine.inbound")} file={t(`machine.announced.${file.inbound}`)}>
              <Radio.Group
                label={t("machine.inbound")}
                value={now.inbound}
                onChange={(one) => of.set({ inbound: one as Schemas["AnnouncementValues"]["inbound"] })}
              >
                <Stack gap="xs" mt="xs">
                  {(["off", "early", "answer"] as const).map((one) => (
                    <Radio key={one} value={one} disabled={of.disabled} label={t(`machine.announced.${one}`)} />
                  ))}
                </Stack>
              </Radio.Group>
            </Setting>
            <Setting of={of} name="outbound" label={t("machine.outbound")} file={t(file.outbound ? "yes" : "no")}>
              <Switch
                label={t("machine.outbound")}
                disabled={of.disabled}
                checked={now.outbound}
                onChange={(event) => of.set({ outbound: event.currentTarget.checked })}
              />
            </Setting>
            <Setting of={of} name="language" label={t("machine.language")} file={spoken(file.language)}>
              <Radio.Group
                label={t("machine.language")}
                value={now.language ?? ""}
                onChange={(one) => of.set({ language: one === "" ? null : (one as "en" | "ru") })}
              >
                <Stack gap="xs" mt="xs">
                  {(["", "en", "ru"] as const).map((one) => (
                    <Radio key={one} value={one} disabled={of.disabled} label={spoken(one === "" ? null : one)} />
                  ))}
                </Stack>
              </Radio.Group>
            </Setting>
            <Text size="xs" c={differs ? "var(--mantine-color-error)" : "dimmed"} mb="sm">
              {t("decided.silent")} {t(`machine.announced.${file.inbound}`)}, {t("machine.outbound")}: {t(file.outbound ? "yes" : "no")}.
            </Text>
          </>
        );
      }}
    </Section>
  );
}

const LIMITS = [
  ["agent_seconds", 3, 300],
  ["client_seconds", 3, 300],
  ["each_per_minute", 1, 600],
  ["at_once", 1, 1000],
] as const;

function Callbacks() {
  const t = useTexts("admin");
  return (
    <Section title={t("decided.callbacks")} door={callbacks}>
      {(of) => {
        const now = { ...of.policy.now, ...of.typed } as Schemas["CallbackValues"];
        return LIMITS.map(([key, least, most]) => (
          <Setting key={key} of={of} name={key} label={t(`decided.${key}`)} file={of.policy.file[key]}>
            <NumberInput
              w={240}
              label={t(`decided.${key}`)}
              min={least}
              max={most}
              allowDecimal={false}
              disabled={of.disabled}
              value={now[key]}
              onChange={(value) => typeof value === "number" && of.set({ [key]: value })}
            />
          </Setting>
        ));
      }}
    </Section>
  );
}

function Recordings() {
  const t = useTexts("admin");
  return (
    <Section title={t("machine.storage")} door={recordings}>
      {(of) => {
        const { file } = of.policy;
        const now = { ...of.policy.now, ...of.typed } as Schemas["RecordingValues"];
        return (
          <>
            <Setting of={of} name="format" label={t("machine.format")} file={t(`decided.formats.${file.format}`)}>
              <Radio.Group
                label={t("machine.format")}
                value={now.format}
                onChange={(one) => of.set({ format: one as Schemas["RecordingValues"]["format"] })}
              >
                <Stack gap="xs" mt="xs">
                  {(["flac", "opus"] as const).map((one) => (
                    <Radio key={one} value={one} disabled={of.disabled} label={t(`decided.formats.${one}`)} />
                  ))}
                </Stack>
              </Radio.Group>
            </Setting>
            <Setting
              of={of}
              name="keep_originals"
              label={t("decided.keep")}
              file={t(file.keep_originals ? "machine.stay" : "machine.removed")}
            >
              <Switch
                label={t("decided.keep")}
                disabled={of.disabled}
                checked={now.keep_originals}
                onChange={(event) => of.set({ keep_originals: event.currentTarget.checked })}
              />
            </Setting>
            <Text size="xs" c="dimmed" mb="sm">
              {t("decided.keptFor")}
            </Text>
          </>
        );
      }}
    </Section>
  );
}
