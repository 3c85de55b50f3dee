import { Button, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { useOutcomes, useOutcomeWords } from "@/ui/outcomes";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "./calls.module.css";
import { useSaveWrapUp, useWrapUp, type WrapUp } from "./queries";

/** What came of a talk, as its manager said; who may, says it here. */
export function WrapUpOf({ call }: { call: string }) {
  const t = useTexts("calls");
  const said = useWrapUp(call);
  const [isWriting, setWriting] = useState(false);
  if (said.error !== null) return <Problem error={said.error} retry={() => void said.refetch()} />;
  if (said.data === undefined) return null;
  if (isWriting) return <Form call={call} before={said.data} onDone={() => setWriting(false)} />;
  return (
    <Stack gap="xs" align="flex-start">
      <Said said={said.data} />
      {said.data.may_wrap_up && (
        <Button variant="default" onClick={() => setWriting(true)}>
          {said.data.outcome === null ? t("wrapUp.say") : t("wrapUp.change")}
        </Button>
      )}
    </Stack>
  );
}

function Said({ said }: { said: WrapUp }) {
  const t = useTexts("calls");
  const words = useOutcomeWords(said.outcome);
  if (said.outcome === null) {
    return (
      <Text size="sm" c="dimmed">
        {t("wrapUp.none")}
      </Text>
    );
  }
  return (
    <div>
      <Text size="sm" fw={600}>
        {words}
      </Text>
      {said.note !== null && <Text size="sm">{said.note.text}</Text>}
      {said.task !== null && (
        <Text size="sm">
          {t("wrapUp.task")}: {said.task.text}
        </Text>
      )}
      {said.at !== null && (
        <span className={classes["meta"]}>
          {said.person} · <When at={said.at} />
        </span>
      )}
    </div>
  );
}

interface FormProps {
  call: string;
  before: WrapUp;
  onDone: () => void;
}

function Form({ call, before, onDone }: FormProps) {
  const t = useTexts("calls");
  const session = useSession();
  const outcomes = useOutcomes();
  // What was said before can be said again, also where it is no longer offered.
  const retired = outcomes.data?.retired.filter((one) => one.key === before.outcome) ?? [];
  const save = useSaveWrapUp(call);
  const [outcome, setOutcome] = useState(before.outcome);
  const [note, setNote] = useState(before.note?.text ?? "");
  const mayNote = before.client_id !== null && !session.hidden.includes("notes");

  function keep(event: FormEvent): void {
    event.preventDefault();
    if (outcome === null) return;
    const text = note.trim();
    const isNew = text !== "" && text !== before.note?.text;
    save.mutate({ outcome, ...(isNew ? { note: text } : {}) }, { onSuccess: onDone });
  }

  return (
    <form onSubmit={keep}>
      <Stack gap="sm">
        <Select
          label={t("wrapUp.outcome")}
          required
          allowDeselect={false}
          value={outcome}
          onChange={setOutcome}
          data={[...(outcomes.data?.items ?? []), ...retired].map((one) => ({ value: one.key, label: one.words }))}
        />
        {mayNote && (
          <Textarea
            label={t("wrapUp.note")}
            autosize
            minRows={2}
            maxRows={8}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        )}
        {save.error !== null && <ProblemText error={save.error} />}
        <Group gap="sm">
          <Button type="submit" loading={save.isPending} disabled={outcome === null}>
            {t("wrapUp.save")}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t("wrapUp.cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
