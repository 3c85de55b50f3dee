import { NumberInput, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "wouter";

import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { Hours } from "../machine/Hours";
import { routing } from "./doors";
import { GroupPicker } from "./GroupPicker";
import { Holidays } from "./Holidays";
import { Preview } from "./Preview";
import { Ending, Setting } from "./Setting";
import { DAYS, type Week } from "./spans";
import { useDecided } from "./useDecided";
import { WeekGrid } from "./WeekGrid";

type Values = components["schemas"]["RoutingValues"];

const LEAST_SECONDS = 3;
const MOST_SECONDS = 300;

/** Whom a call to the company rings, and when: decided here over the settings file. */
export default function Routing() {
  const t = useTexts("admin");
  const { policy, ...deciding } = useDecided(routing);
  const { asked, typed } = deciding;
  return (
    <Page title={t("section.routing")}>
      <Text size="sm" c="dimmed" mb="md" maw={760}>
        {t("decided.what")} {t("decided.whatFile")} <Link href="/admin/machine">{t("section.machine")}</Link>.
      </Text>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : policy === undefined ? (
        <Skeleton h={320} />
      ) : (
        <Stack gap="lg">
          <Preview typed={typed} />
          <Form policy={policy} {...deciding} />
        </Stack>
      )}
    </Page>
  );
}

type FormProps = Omit<ReturnType<typeof useDecided<components["schemas"]["RoutingPolicy"], components["schemas"]["RoutingChanges"]>>, "policy"> & {
  policy: components["schemas"]["RoutingPolicy"];
};

function Form({ policy, ...deciding }: FormProps) {
  const t = useTexts("admin");
  const { typed, set, disabled } = deciding;
  const now = { ...policy.now, ...typed } as Values;
  const { file } = policy;
  const of = { policy, ...deciding };
  const seconds = (key: "curator_seconds" | "deputy_seconds" | "group_seconds") => (
    <Setting of={of} name={key} label={t(`decided.${key}`)} file={t("machine.seconds", { count: file[key] })}>
      <NumberInput
        w={240}
        label={t(`decided.${key}`)}
        suffix={` ${t("decided.s")}`}
        min={LEAST_SECONDS}
        max={MOST_SECONDS}
        allowDecimal={false}
        disabled={disabled}
        value={now[key]}
        onChange={(value) => typeof value === "number" && set({ [key]: value })}
      />
    </Setting>
  );
  const order = (one: Values["group_order"]) => t(`machine.order.${one}`);
  return (
    <>
      <div className={classes["columns"]}>
        <Part title={t("decided.when")}>
          <Setting of={of} name="hours" label={t("decided.hours")} file={<Hours hours={listed(file.hours)} />}>
            <WeekGrid hours={now.hours as Week | null} disabled={disabled} onChange={(hours) => set({ hours })} />
          </Setting>
          <Setting
            of={of}
            name="holidays"
            label={t("machine.holidays")}
            file={file.holidays.join(", ") || t("machine.none")}
          >
            <Holidays days={now.holidays} disabled={disabled} onChange={(holidays) => set({ holidays })} />
          </Setting>
          <Setting of={of} name="after_hours" label={t("machine.afterHours")} file={t(`machine.after.${file.after_hours}`)}>
            <Radio.Group
              label={t("machine.afterHours")}
              value={now.after_hours}
              onChange={(one) => set({ after_hours: one as Values["after_hours"] })}
            >
              <Stack gap="xs" mt="xs">
                {(["nobody", "curator", "all"] as const).map((one) => (
                  <Radio key={one} value={one} disabled={disabled} label={t(`machine.after.${one}`)} />
                ))}
              </Stack>
            </Radio.Group>
          </Setting>
        </Part>
        <Part title={t("decided.whom")}>
          {seconds("curator_seconds")}
          {seconds("deputy_seconds")}
          <Setting
            of={of}
            name="group"
            label={t("decided.group")}
            file={file.group.join(", ") || t("decided.everybody")}
          >
            <GroupPicker group={now.group} people={policy.people} disabled={disabled} onChange={(group) => set({ group })} />
          </Setting>
          <Setting of={of} name="group_order" label={t("decided.order")} file={order(file.group_order)}>
            <Radio.Group
              label={t("decided.order")}
              value={now.group_order}
              onChange={(one) => set({ group_order: one as Values["group_order"] })}
            >
              <Stack gap="xs" mt="xs">
                {(["together", "in_turn"] as const).map((one) => (
                  <Radio key={one} value={one} disabled={disabled} label={order(one)} />
                ))}
              </Stack>
            </Radio.Group>
          </Setting>
          {seconds("group_seconds")}
        </Part>
      </div>
      <Ending of={of} isSticky />
    </>
  );
}

function listed(hours: Values["hours"]): string[][] | null {
  return hours === null ? null : DAYS.map((day) => hours[day] ?? []);
}
