import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import { type Client, useCardChanged, useCustomFields } from "../queries";
import classes from "./card.module.css";
import type { Change, Changes } from "./changes";
import { compared, type Stretch } from "./digits";

const FIELDS = [
  "name",
  "company",
  "category",
  "curator",
  "deputy",
  "private",
  "phones",
  "emails",
  "addresses",
  "messengers",
] as const;
const WAYS = ["import", "merge", "undo", "call", "division", "leaver", "takeover"] as const;

/** What somebody changed at once, and putting it back. */
export function ChangeLine({ changes, card }: { changes: Changes; card: Client }) {
  const t = useTexts("clients");
  const way = WAYS.find((one) => one === changes.way);
  return (
    <>
      <span className={classes["quiet"]}>
        {changes.actor}
        {way !== undefined && ` · ${t(`way.${way}`)}`}
      </span>
      <ul className={classes["changes"]}>
        {changes.items.map((change) => (
          <OneChange key={change.id} change={change} card={card} />
        ))}
      </ul>
    </>
  );
}

function OneChange({ change, card }: { change: Change; card: Client }) {
  const t = useTexts("clients");
  const changed = useCardChanged(card.id);
  const field = useFieldName(change.field);
  const undo = useMutation({
    mutationFn: () =>
      ask(api.POST("/api/v1/changes/{id}/undo", { params: { path: { id: change.id } } })),
    onSettled: changed,
  });
  const isUndone = change.undone_by !== null;
  const wasEdited = change.before !== null && change.before !== "";
  return (
    <li>
      <span className={isUndone ? classes["struck"] : undefined}>
        {field}: <Values change={change} />
      </span>
      {change.digits !== null && change.digits > 0 && (
        <span className={classes["quiet"]}>{t("change.digits", { count: change.digits })}</span>
      )}
      {isUndone && <span className={classes["quiet"]}>{t("change.undone")}</span>}
      {!isUndone && wasEdited && card.may.includes("undo") && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          loading={undo.isPending}
          onClick={() => undo.mutate()}
        >
          {t("change.undo")}
        </Button>
      )}
      {undo.error !== null && <ProblemText error={undo.error} />}
    </li>
  );
}

function Values({ change }: { change: Change }) {
  const t = useTexts("clients");
  const said = (value: string | null) => {
    if (value === null || value === "") return t("field.nothing");
    if (change.field === "private") return t(value === "true" ? "field.yes" : "field.no");
    return value;
  };
  if (change.before === null) return <>{said(change.after)}</>;
  if (change.digits !== null && change.after !== null) {
    const [before, after] = compared(change.before, change.after);
    return (
      <>
        <Marked of={before} /> → <Marked of={after} />
      </>
    );
  }
  return (
    <>
      {said(change.before)} → {said(change.after)}
    </>
  );
}

function Marked({ of }: { of: readonly Stretch[] }) {
  return of.map((stretch, place) => (
    <span key={place} className={stretch.isOther ? classes["digit"] : undefined}>
      {stretch.text}
    </span>
  ));
}

/** A field's name in words. */
export function useFieldName(name: string): string {
  const t = useTexts("clients");
  const custom = useCustomFields();
  const known = FIELDS.find((field) => field === name);
  if (known !== undefined) return t(`field.${known}`);
  const key = name.replace(/^custom:/, "");
  return custom.data?.items.find((field) => field.key === key)?.label ?? key;
}
