import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useLanguage, useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { moved } from "@/pages/account/ring";
import { type Outcome, OUTCOMES, useOutcomes } from "@/ui/outcomes";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { SaveRow } from "@/ui/SaveRow";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useAct } from "../queries";
import { AddOutcome } from "./AddOutcome";
import { type Line, lineOf, wantedOf, wordsOf } from "./draft";
import { OutcomeLine } from "./OutcomeLine";

const MOST = 30;

/** What can be said to have come of a talk: words, order, and what is no longer offered. */
export default function Outcomes() {
  const t = useTexts("admin");
  const asked = useOutcomes();
  return (
    <Page title={t("section.outcomes")}>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("outcomes.what")}
      </Text>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : asked.data === undefined ? (
        <Skeleton h={320} />
      ) : (
        <Editor offered={asked.data.items} retired={asked.data.retired} />
      )}
    </Page>
  );
}

function Editor({ offered, retired }: { offered: readonly Outcome[]; retired: readonly Outcome[] }) {
  const t = useTexts("admin");
  const language = useLanguage();
  const disabled = !useSession().has("policy.change");
  const [typed, setTyped] = useState<readonly Line[] | null>(null);
  const lines = typed ?? offered.map(lineOf);
  const known = [...offered, ...retired];
  const usualOf = (key: string) => known.find((one) => one.key === key)?.usual ?? null;
  const words = (line: Line) => wordsOf(line, usualOf(line.key), language);
  const left = (some: readonly Outcome[]) =>
    some.filter(({ key }) => !lines.some((line) => line.key === key)).map(lineOf);
  const gone = left(offered);
  const asleep = left(retired);
  const isOwn = offered.some(({ labels, usual }) => usual === null || labels.en !== null || labels.ru !== null);
  const save = useAct(
    () => ask(api.PUT("/api/v1/policies/outcomes", { body: { outcomes: wantedOf(lines) } })),
    [OUTCOMES],
    () => setTyped(null),
  );
  return (
    <Stack gap="lg" maw={720}>
      <ol className={classes["lines"]} aria-label={t("section.outcomes")}>
        {lines.map((line, at) => (
          <OutcomeLine
            key={line.key}
            line={line}
            words={words(line)}
            usual={usualOf(line.key)}
            disabled={disabled}
            isFirst={at === 0}
            isLast={at === lines.length - 1}
            onChange={(labels) => setTyped(lines.map((one) => (one === line ? { ...line, labels } : one)))}
            onMove={(by) => setTyped(moved(lines, at, by))}
            onRemove={() => setTyped(lines.filter((one) => one !== line))}
          />
        ))}
      </ol>
      {!disabled && lines.length < MOST && (
        <AddOutcome taken={[...known, ...lines].map(({ key }) => key)} onAdd={(line) => setTyped([...lines, line])} />
      )}
      <div aria-live="polite">
        <Text size="sm">
          {lines.length === 0
            ? t("outcomes.usualAgain")
            : t("outcomes.effect", { count: lines.length, words: lines.map(words).join(", ") })}
        </Text>
        {gone.length > 0 && (
          <Text size="sm">{t("outcomes.goes", { count: gone.length, words: gone.map(words).join(", ") })}</Text>
        )}
      </div>
      {!disabled && (
        <SaveRow
          save={save}
          isChanged={typed !== null}
          onSave={() => save.mutate(undefined)}
          onGiveUp={() => setTyped(null)}
        />
      )}
      {asleep.length > 0 && (
        <Part title={t("outcomes.retired")} what={t("outcomes.retiredWhat")}>
          <ul className={classes["lines"]}>
            {asleep.map((line) => (
              <li key={line.key}>
                <span className={classes["grow"]}>{words(line)}</span>
                {!disabled && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={t("outcomes.againOne", { name: words(line) })}
                    onClick={() => setTyped([...lines, line])}
                  >
                    {t("outcomes.again")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </Part>
      )}
      {!disabled && isOwn && typed === null && (
        <div>
          <Button variant="default" onClick={() => setTyped([])}>
            {t("outcomes.usual")}
          </Button>
        </div>
      )}
    </Stack>
  );
}
