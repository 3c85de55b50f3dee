import { Button, Chip, Group, Text, Textarea, TextInput, Tooltip } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { useWho } from "@/pages/live/Who";
import { useOutcomes } from "@/ui/outcomes";
import { ProblemText } from "@/ui/Problem";
import { duration } from "@/ui/time";

import classes from "./pop.module.css";
import { type Draft, type Talk, talks, useDraft } from "./talks";

/** What came of a talk: outcome, note and next task, in one step. */
export function WrapUp({ talk, more }: { talk: Talk; more: number }) {
  const t = useTexts("live");
  const title = useId();
  const who = useWho()(talk.call);
  const { call } = talk;
  const draft = useDraft(call.id);
  const session = useSession();
  const queries = useQueryClient();
  const outcomes = useOutcomes();
  const save = useMutation({
    mutationFn: (typed: Draft) =>
      ask(
        api.PUT("/api/v1/calls/{id}/wrap-up", {
          params: { path: { id: call.id } },
          body: body(typed),
        }),
      ),
    onSuccess: () => {
      talks.done(call.id);
      if (call.client !== null) void queries.invalidateQueries({ queryKey: ["client", call.client.id] });
      void queries.invalidateQueries({ queryKey: ["tasks"] });
      void queries.invalidateQueries({ queryKey: ["reconciliation"] });
    },
  });
  const length = duration((Date.parse(talk.endedAt) - Date.parse(call.answered_at ?? call.started_at)) / 1000);
  const hasCard = call.client !== null;
  return (
    <section className={classes["pop"]} aria-labelledby={title}>
      <div>
        <h2 id={title} className={classes["popName"]}>
          {t("wrapUp.title")}
        </h2>
        <Text size="sm" c="dimmed">
          {t("wrapUp.with", { client: who, length })}
        </Text>
      </div>
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.outcome !== null) save.mutate(draft);
        }}
      >
        <Chip.Group
          value={draft.outcome}
          onChange={(outcome) => talks.type(call.id, { outcome: String(outcome) })}
        >
          <div role="radiogroup" aria-label={t("wrapUp.outcome")} className={classes["outcomes"]}>
            {outcomes.data?.items.map((one) => (
              <Chip key={one.key} value={one.key} size="xs" variant="outline">
                {one.words}
              </Chip>
            ))}
          </div>
        </Chip.Group>
        {outcomes.error !== null && <ProblemText error={outcomes.error} />}
        {hasCard && !session.hidden.includes("notes") && (
            <Textarea
              label={t("wrapUp.note")}
              placeholder={t("wrapUp.noteHint")}
              autosize
              minRows={2}
              maxRows={8}
              value={draft.note}
              onChange={(event) => talks.type(call.id, { note: event.currentTarget.value })}
            />
        )}
        {hasCard && session.has("tasks.change") && (
            <div className={classes["task"]}>
              <TextInput
                label={t("wrapUp.task")}
                placeholder={t("wrapUp.taskHint")}
                value={draft.task}
                onChange={(event) => talks.type(call.id, { task: event.currentTarget.value })}
              />
              <TextInput
                type="datetime-local"
                label={t("wrapUp.due")}
                value={draft.due ?? ""}
                onChange={(event) => talks.type(call.id, { due: event.currentTarget.value || null })}
              />
            </div>
        )}
        {save.error !== null && <ProblemText error={save.error} />}
        <Group gap="sm">
          <Button type="submit" loading={save.isPending} disabled={draft.outcome === null}>
            {t("wrapUp.save")}
          </Button>
          <Tooltip label={t("wrapUp.laterWhy")}>
            <Button variant="default" onClick={() => talks.done(call.id)}>
              {t("wrapUp.later")}
            </Button>
          </Tooltip>
          {more > 0 && (
            <Text size="xs" c="dimmed">
              {t("wrapUp.more", { count: more })}
            </Text>
          )}
        </Group>
      </form>
    </section>
  );
}

/** What is sent: nothing for what was left empty. */
function body(draft: Draft) {
  const note = draft.note.trim();
  const text = draft.task.trim();
  const due = draft.due === null ? null : new Date(draft.due).toISOString();
  return {
    outcome: draft.outcome ?? "",
    ...(note === "" ? {} : { note }),
    ...(text === "" ? {} : { task: { text, ...(due === null ? {} : { due_at: due }) } }),
  };
}
