import { Anchor, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { useRoleName } from "@/ui/useRoleName";

import { Arriving } from "./Arriving";
import classes from "./first-hour.module.css";
import { type Found, isDone, ready, type Step, steps } from "./steps";
import { useFound } from "./useFound";

/** An empty installation leads: each step is checked by the system, none is ticked by hand. */
export default function FirstHour() {
  const t = useTexts("firstHour");
  const { found, error } = useFound();
  const done = steps.filter((step) => isDone(step, found) === true);
  const next = steps.find((step) => isDone(step, found) === false);
  const isAll = done.length === steps.length;
  return (
    <Page
      title={t("title")}
      figures={<Text size="sm">{t("progress", { done: done.length, count: steps.length })}</Text>}
    >
      <Stack maw={720} gap="md">
        <Text>{isAll ? t("ready") : t("intro")}</Text>
        {error !== null && <Problem error={error} />}
        <ol className={classes["steps"]}>
          {steps.map((step) => (
            <Line key={step} step={step} isDone={isDone(step, found)} isNext={step === next}>
              <Detail step={step} found={found} />
            </Line>
          ))}
        </ol>
        {isAll && (
          <Anchor component={Link} href="/live">
            {t("toLive")}
          </Anchor>
        )}
      </Stack>
    </Page>
  );
}

interface LineProps {
  step: Step;
  isDone: boolean | undefined;
  isNext: boolean;
  children: ReactNode;
}

function Line({ step, isDone: done, isNext, children }: LineProps) {
  const t = useTexts("firstHour");
  const state = done === undefined ? "unknown" : done ? "done" : isNext ? "now" : "later";
  return (
    <li className={classes["step"]} data-state={state} aria-current={state === "now" ? "step" : undefined}>
      <span className={classes["mark"]}>{t(`state.${state}`)}</span>
      <div className={classes["said"]}>
        <h2 className={classes["name"]}>{t(`${step}.title`)}</h2>
        {children}
      </div>
    </li>
  );
}

/** What is there already, or what to do. */
function Detail({ step, found }: { step: Step; found: Found }) {
  const t = useTexts("firstHour");
  const roleName = useRoleName();
  const done = isDone(step, found) === true;
  if (step === "number") {
    const numbers = found.settings?.company.numbers ?? [];
    const away = found.settings?.pbx.filter((pbx) => !pbx.connected).map((pbx) => pbx.name) ?? [];
    return (
      <>
        <Text size="sm">{numbers.length > 0 ? t("number.has", { numbers: numbers.join(", ") }) : t("number.todo")}</Text>
        {away.length > 0 && (
          <Text size="sm">
            {t("number.away", { pbx: away.join(", ") })} <Anchor component={Link} href="/admin/health">{t("number.health")}</Anchor>
          </Text>
        )}
      </>
    );
  }
  if (step === "call") {
    const first = found.calls?.at(-1);
    return done && first !== undefined ? (
      <Text size="sm">
        {t("call.has")}{" "}
        <Anchor component={Link} href={`/calls/${first.id}`}>
          {t("call.open")}
        </Anchor>
      </Text>
    ) : (
      <Arriving number={found.settings?.company.numbers[0]} />
    );
  }
  if (step === "manager") {
    const names = found.people && found.agents ? ready(found.people, found.agents) : [];
    return (
      <Text size="sm">
        {done ? t("manager.has", { names: names.slice(0, 5).join(", "), count: names.length }) : t("manager.todo")}{" "}
        <Anchor component={Link} href="/admin/people">
          {t("manager.open")}
        </Anchor>
      </Text>
    );
  }
  if (step === "masked") {
    const running = found.callbacks?.find((one) => one.state !== "ended");
    return (
      <>
        <Text size="sm">
          {done ? t("masked.has") : t("masked.todo")}{" "}
          <Anchor component={Link} href="/clients">
            {t("masked.open")}
          </Anchor>
        </Text>
        {running !== undefined && (
          <Text size="sm" role="status">
            {running.detail}
          </Text>
        )}
      </>
    );
  }
  const hiding = (found.roles ?? []).filter((role) => role.hidden.length > 0);
  return (
    <Text size="sm">
      {done ? t("fields.has", { roles: hiding.map((role) => roleName(role.name)).join(", ") }) : t("fields.todo")}{" "}
      <Anchor component={Link} href="/admin/fields">
        {t("fields.open")}
      </Anchor>
    </Text>
  );
}
