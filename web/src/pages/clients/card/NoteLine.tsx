import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import { setDraft, useDraft } from "../drafts";
import { type Client, useCardChanged } from "../queries";
import classes from "./card.module.css";

type Note = components["schemas"]["NoteModel"];

/** What somebody wrote; its author changes it within a day. */
export function NoteLine({ note, card }: { note: Note; card: Client }) {
  const t = useTexts("clients");
  const changed = useCardChanged(card.id);
  const key = `${card.id} note ${note.id}`;
  const draft = useDraft(key);
  const path = { id: card.id, note_id: note.id };
  const change = useMutation({
    mutationFn: (text: string) =>
      ask(api.PATCH("/api/v1/clients/{id}/notes/{note_id}", { params: { path }, body: { text } })),
    onSuccess: async () => {
      setDraft(key, null);
      await changed();
    },
  });
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE("/api/v1/clients/{id}/notes/{note_id}", { params: { path } })),
    onSuccess: changed,
  });
  const error = change.error ?? remove.error;

  if (draft !== null) {
    return (
      <Stack gap="xs">
        <Textarea
          autosize
          autoFocus
          value={draft.text}
          aria-label={t("note.change")}
          data-mantine-stop-propagation="true"
          onChange={(event) => setDraft(key, { text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") setDraft(key, null);
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) change.mutate(draft.text);
          }}
        />
        <Group gap="xs">
          <Button size="compact-xs" loading={change.isPending} onClick={() => change.mutate(draft.text)}>
            {t("note.save")}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => setDraft(key, null)}>
            {t("field.giveUp")}
          </Button>
        </Group>
        {error !== null && <ProblemText error={error} />}
      </Stack>
    );
  }
  return (
    <>
      <div>{note.text}</div>
      <Group gap="xs" className={classes["quiet"]}>
        <span>
          {note.author}
          {note.changed_at !== null && ` · ${t("note.changed")}`}
        </span>
        {note.may.includes("change") && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setDraft(key, { text: note.text })}>
            {t("note.change")}
          </Button>
        )}
        {note.may.includes("remove") && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {t("note.remove")}
          </Button>
        )}
      </Group>
      {error !== null && <ProblemText error={error} />}
    </>
  );
}
