import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, KeyboardEvent } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import { setDraft, useDraft } from "../drafts";
import { type Client, useCardChanged } from "../queries";

/** A note, without leaving the card. Ctrl+Enter saves it; what is typed stays until then. */
export function NoteWriter({ card }: { card: Client }) {
  const t = useTexts("clients");
  const changed = useCardChanged(card.id);
  const key = `${card.id} note`;
  const text = useDraft(key)?.text ?? "";
  const add = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/clients/{id}/notes", {
          params: { path: { id: card.id } },
          body: { text },
        }),
      ),
    onSuccess: async () => {
      setDraft(key, null);
      await changed();
    },
  });
  const save = () => {
    if (text.trim() !== "" && !add.isPending) add.mutate();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Textarea
          autosize
          minRows={1}
          maxRows={12}
          value={text}
          placeholder={t("note.hint")}
          aria-label={t("note.write")}
          data-mantine-stop-propagation="true"
          onChange={(event) => setDraft(key, { text: event.currentTarget.value })}
          onKeyDown={onKeyDown}
        />
        {text !== "" && (
          <Group gap="sm">
            <Button type="submit" loading={add.isPending}>
              {t("note.save")}
            </Button>
            <Text size="xs" c="dimmed">
              {t("note.keys")}
            </Text>
          </Group>
        )}
        {add.error !== null && <ProblemText error={add.error} />}
      </Stack>
    </form>
  );
}
