import { Select, Text, UnstyledButton } from "@mantine/core";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import { useState } from "react";

import { useTexts } from "@/app/i18n";
import { Locked } from "@/ui/Locked";
import { ProblemText } from "@/ui/Problem";

import type { Client, ClientChanges } from "../queries";
import classes from "./card.module.css";
import { Beside, Clash, FieldLine } from "./EditableText";
import { useFieldEdit } from "./useFieldEdit";

interface Props {
  card: Client;
  name: string;
  label: string;
  value: string | null;
  choices: readonly { value: string; label: string }[];
  body: (chosen: string) => ClientChanges;
  placeholder?: string;
  /** It can be left empty. */
  clearable?: boolean;
  isLocked?: boolean;
  mayChange: boolean;
}

/** One field of the card whose value is one of several: what is chosen is saved at once. */
export function EditableChoice(props: Props) {
  const t = useTexts("clients");
  const { card, name, label, value } = props;
  const edit = useFieldEdit(card, { name, value: value ?? "", body: props.body });
  const [isOpen, setOpen] = useState(false);
  const shown = props.choices.find((choice) => choice.value === value)?.label ?? value;

  if (props.isLocked) {
    return (
      <FieldLine label={label}>
        <Locked />
      </FieldLine>
    );
  }
  if (!props.mayChange) {
    return (
      <FieldLine label={label}>
        <span className={shown ? undefined : classes["nothing"]}>{shown || "–"}</span>
      </FieldLine>
    );
  }
  return (
    <FieldLine label={label}>
      {isOpen ? (
        <Select
          size="xs"
          autoFocus
          defaultDropdownOpened
          searchable={props.choices.length > 8}
          clearable={props.clearable ?? false}
          data={[...props.choices]}
          value={value}
          aria-label={label}
          comboboxProps={{ withinPortal: true }}
          data-mantine-stop-propagation="true"
          onChange={(chosen) => {
            setOpen(false);
            edit.choose(chosen ?? "");
          }}
          onBlur={() => setOpen(false)}
          onDropdownClose={() => setOpen(false)}
        />
      ) : (
        <UnstyledButton
          className={classes["editable"]}
          onClick={() => setOpen(true)}
          aria-label={t("field.edit", { field: label, value: shown || (props.placeholder ?? "–") })}
        >
          <span className={shown ? undefined : classes["nothing"]}>
            {shown || (props.placeholder ?? "–")}
          </span>
          <IconPencil size={14} stroke={1.5} className={classes["pencil"]} aria-hidden />
        </UnstyledButton>
      )}
      {edit.isSaving && (
        <Text size="xs" c="dimmed" role="status">
          {t("field.saving")}
        </Text>
      )}
      {edit.isClash && (
        <Clash
          by={edit.others?.by ?? []}
          theirs={shown}
          isSaving={edit.isSaving}
          keepMine={edit.keepMine}
          takeTheirs={edit.giveUp}
        />
      )}
      {edit.error !== null && <ProblemText error={edit.error} />}
      {!edit.isEditing && <Beside others={edit.others} />}
    </FieldLine>
  );
}
