import { ActionIcon, Button, Group, Stack, Text, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import type { KeyboardEvent, ReactNode } from "react";

import { useTexts } from "@/app/i18n";
import { Locked } from "@/ui/Locked";
import { ProblemText } from "@/ui/Problem";

import type { Client, ClientChanges } from "../queries";
import classes from "./card.module.css";
import type { Meanwhile } from "./meanwhile";
import { useFieldEdit } from "./useFieldEdit";

interface Props {
  card: Client;
  name: string;
  label: string;
  value: string | null;
  body: (typed: string) => ClientChanges;
  /** What stands there instead of nothing. */
  placeholder?: string;
  isLocked?: boolean;
  mayChange: boolean;
  multiline?: boolean;
  shown?: ReactNode;
}

/** One field of the card: click or Enter to edit, Enter to save, Escape to leave it as it was. */
export function EditableText(props: Props) {
  const { card, name, label, value } = props;
  const t = useTexts("clients");
  const edit = useFieldEdit(card, { name, value: value ?? "", body: props.body });

  if (props.isLocked) {
    return (
      <FieldLine label={label}>
        <Locked />
      </FieldLine>
    );
  }
  if (!edit.isEditing) {
    const text = props.shown ?? value;
    const isEmpty = text === null || text === "";
    return (
      <FieldLine label={label}>
        {props.mayChange ? (
          <UnstyledButton className={classes["editable"]} onClick={() => edit.begin()} aria-label={t("field.edit", { field: label, value: isEmpty ? (props.placeholder ?? "–") : (value ?? "") })}>
            <span className={isEmpty ? classes["nothing"] : undefined}>
              {isEmpty ? (props.placeholder ?? "–") : text}
            </span>
            <IconPencil size={14} stroke={1.5} className={classes["pencil"]} aria-hidden />
          </UnstyledButton>
        ) : (
          <span className={isEmpty ? classes["nothing"] : undefined}>{isEmpty ? "–" : text}</span>
        )}
        <Beside others={edit.others} />
      </FieldLine>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      edit.giveUp();
    } else if (event.key === "Enter" && (!props.multiline || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      edit.save();
    }
  };
  const Input = props.multiline ? Textarea : TextInput;
  return (
    <FieldLine label={label}>
      <Stack gap={4}>
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <Input
            size="xs"
            autoFocus
            flex={1}
            value={edit.draft}
            aria-label={label}
            data-mantine-stop-propagation="true"
            onChange={(event) => edit.type(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            {...(props.multiline ? { autosize: true, minRows: 2 } : {})}
          />
          {!edit.isClash && (
            <Button size="xs" loading={edit.isSaving} onClick={edit.save}>
              {t("field.save")}
            </Button>
          )}
          <ActionIcon variant="subtle" color="gray" aria-label={t("field.giveUp")} onClick={edit.giveUp}>
            ×
          </ActionIcon>
        </Group>
        {edit.isClash && (
          <Clash
            by={edit.others?.by ?? []}
            theirs={value}
            isSaving={edit.isSaving}
            keepMine={edit.keepMine}
            takeTheirs={edit.giveUp}
          />
        )}
        {edit.error !== null && <ProblemText error={edit.error} />}
      </Stack>
    </FieldLine>
  );
}

interface ClashProps {
  by: string[];
  theirs: string | null;
  isSaving: boolean;
  keepMine: () => void;
  takeTheirs: () => void;
}

/** Two people wrote the same field: both values are seen, and one of them is chosen. */
export function Clash({ by, theirs, isSaving, keepMine, takeTheirs }: ClashProps) {
  const t = useTexts("clients");
  return (
    <div className={classes["clash"]} role="alert">
      <Text size="xs">
        {t("beside.clash", { by: names(by, t("beside.somebody")), theirs: theirs || t("field.nothing") })}
      </Text>
      <Group gap="xs" mt={4}>
        <Button size="compact-xs" variant="default" loading={isSaving} onClick={keepMine}>
          {t("beside.mine")}
        </Button>
        <Button size="compact-xs" variant="default" onClick={takeTheirs}>
          {t("beside.theirs")}
        </Button>
      </Group>
    </div>
  );
}

/** Somebody changed other fields while this one was edited: both are kept. */
export function Beside({ others }: { others: Meanwhile | null }) {
  const t = useTexts("clients");
  if (others === null) return null;
  return (
    <Text size="xs" c="dimmed" role="status">
      {t("beside.apart", { by: names(others.by, t("beside.somebody")) })}
    </Text>
  );
}

/** A field's name and what it holds. */
export function FieldLine({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className={classes["field"]}>
      <div className={classes["label"]}>{label}</div>
      <div className={classes["value"]}>{children}</div>
    </div>
  );
}

function names(by: readonly string[], nobody: string): string {
  return by.length > 0 ? by.join(", ") : nobody;
}
