import { ActionIcon, Button, Group, Text, Textarea, UnstyledButton } from "@mantine/core";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { type KeyboardEvent, useState } from "react";

import { useTexts } from "@/app/i18n";
import { Problem, ProblemText } from "@/ui/Problem";
import { duration } from "@/ui/time";
import { When } from "@/ui/When";

import classes from "./calls.module.css";
import { type CallNote, useAddNote, useCallNotes, useRemoveNote } from "./queries";

export interface Marker {
  recording: string;
  seconds: number;
}

interface Props {
  call: string;
  /** The marker that is being set. */
  marker: Marker | null;
  onMarked: () => void;
  onGo: (note: CallNote) => void;
}

/** What people wrote about this call; Ctrl+Enter writes. */
export function Notes({ call, marker, onMarked, onGo }: Props) {
  const t = useTexts("calls");
  const notes = useCallNotes(call, true);
  const add = useAddNote(call);
  const remove = useRemoveNote(call);
  const [text, setText] = useState("");

  function write(): void {
    const about = marker === null ? {} : { recording_id: marker.recording, at_seconds: marker.seconds };
    add.mutate(
      { text, ...about },
      {
        onSuccess: () => {
          setText("");
          onMarked();
        },
      },
    );
  }
  function pressed(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && text.trim() !== "") write();
    if (event.key === "Escape" && marker !== null) {
      event.stopPropagation();
      onMarked();
    }
  }
  if (notes.error !== null) return <Problem error={notes.error} retry={() => void notes.refetch()} />;
  return (
    <>
      {notes.data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("notes.none")}
        </Text>
      )}
      {notes.data?.items.map((note) => (
        <div key={note.id} className={classes["note"]}>
          <p>
            {note.at_seconds !== null && (
              <UnstyledButton
                className={classes["goto"] ?? ""}
                mr="xs"
                aria-label={t("player.go", { at: duration(note.at_seconds) })}
                onClick={() => onGo(note)}
              >
                {duration(note.at_seconds)}
              </UnstyledButton>
            )}
            {note.text}
            <br />
            <span className={classes["meta"]}>
              {note.person} · <When at={note.created_at} />
            </span>
          </p>
          {note.may_remove && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={t("notes.remove", { who: note.person })}
              loading={remove.isPending && remove.variables === note.id}
              onClick={() => remove.mutate(note.id)}
            >
              <IconTrash size={14} stroke={1.5} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      <Textarea
        key={marker === null ? "note" : `${marker.recording}${marker.seconds}`}
        mt="sm"
        autosize
        minRows={1}
        maxRows={6}
        autoFocus={marker !== null}
        aria-label={marker === null ? t("notes.write") : t("notes.marker", { at: duration(marker.seconds) })}
        placeholder={marker === null ? t("notes.write") : t("notes.marker", { at: duration(marker.seconds) })}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <Group gap="sm" mt="xs">
        <Button disabled={text.trim() === ""} loading={add.isPending} onClick={write}>
          {marker === null ? t("notes.add") : `${t("notes.add")} ${t("notes.at", { at: duration(marker.seconds) })}`}
        </Button>
        {marker !== null && (
          <Button variant="default" onClick={onMarked}>
            {t("notes.cancel")}
          </Button>
        )}
      </Group>
      {add.error !== null && <ProblemText error={add.error} />}
      {remove.error !== null && <ProblemText error={remove.error} />}
    </>
  );
}
