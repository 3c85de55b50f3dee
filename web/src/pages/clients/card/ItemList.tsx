import { ActionIcon, Button, Group, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { type FormEvent, useState } from "react";

import { useTexts } from "@/app/i18n";
import { Problem } from "@/api/problem";
import { ProblemText } from "@/ui/Problem";

import { useDraft, setDraft } from "../drafts";
import type { Client } from "../queries";
import classes from "./card.module.css";
import { FieldLine } from "./EditableText";
import { type ContactKind, useItems } from "./items";

interface Props {
  card: Client;
  kind: "phone" | ContactKind;
  label: string;
  items: readonly { id: string; value: string; label: string | null }[];
  mayChange: boolean;
}

/** What a client can be reached by, one below the other. */
export function ItemList({ card, kind, label, items, mayChange }: Props) {
  const t = useTexts("clients");
  const [open, setOpen] = useState<string | null>(null);
  const { add, change, remove } = useItems(card, kind);
  return (
    <FieldLine label={label}>
      <Stack gap={2}>
        {items.map((item) =>
          open === item.id ? (
            <ItemForm
              key={item.id}
              draftKey={`${card.id} item ${item.id}`}
              label={label}
              value={item.value}
              itemLabel={item.label ?? ""}
              error={change.error ?? remove.error}
              isSaving={change.isPending || remove.isPending}
              onClose={() => {
                change.reset();
                setOpen(null);
              }}
              onSave={(value, itemLabel) =>
                change.mutate(
                  { id: item.id, value, label: itemLabel, before: item.value },
                  {
                    onSuccess: () => {
                      setDraft(`${card.id} item ${item.id}`, null);
                      setOpen(null);
                    },
                  },
                )
              }
              onRemove={() => remove.mutate(item.id, { onSuccess: () => setOpen(null) })}
            />
          ) : (
            <Line key={item.id} item={item} label={label} mayChange={mayChange} open={() => setOpen(item.id)} />
          ),
        )}
        {items.length === 0 && !mayChange && <span className={classes["nothing"]}>–</span>}
        {mayChange &&
          (open === "new" ? (
            <ItemForm
              draftKey={`${card.id} new ${kind}`}
              label={label}
              value=""
              itemLabel=""
              error={add.error}
              isSaving={add.isPending}
              onClose={() => {
                add.reset();
                setOpen(null);
              }}
              onSave={(value, itemLabel) =>
                add.mutate(
                  { value, label: itemLabel },
                  {
                    onSuccess: () => {
                      setDraft(`${card.id} new ${kind}`, null);
                      setOpen(null);
                    },
                  },
                )
              }
            />
          ) : (
            <UnstyledButton className={classes["editable"]} onClick={() => setOpen("new")}>
              <IconPlus size={14} stroke={1.5} aria-hidden />
              <Text size="xs" c="dimmed">
                {t(`add.${kind}`)}
              </Text>
            </UnstyledButton>
          ))}
      </Stack>
    </FieldLine>
  );
}

interface LineProps {
  item: { value: string; label: string | null };
  label: string;
  mayChange: boolean;
  open: () => void;
}

function Line({ item, label, mayChange, open }: LineProps) {
  const t = useTexts("clients");
  const text = (
    <span>
      {item.value}
      {item.label !== null && <span className={classes["quiet"]}> · {item.label}</span>}
    </span>
  );
  if (!mayChange) return text;
  return (
    <UnstyledButton
      className={classes["editable"]}
      onClick={open}
      aria-label={t("field.editItem", {
        field: label,
        value: item.label === null ? item.value : `${item.value} · ${item.label}`,
      })}
    >
      {text}
    </UnstyledButton>
  );
}

interface FormProps {
  draftKey: string;
  label: string;
  value: string;
  itemLabel: string;
  error: Error | null;
  isSaving: boolean;
  onSave: (value: string, label: string) => void;
  onRemove?: () => void;
  onClose: () => void;
}

function ItemForm(props: FormProps) {
  const t = useTexts("clients");
  const typed = useDraft(props.draftKey)?.text ?? props.value;
  const [label, setLabel] = useState(props.itemLabel);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSave(typed, label);
  };
  const close = () => {
    setDraft(props.draftKey, null);
    props.onClose();
  };
  const twin = props.error instanceof Problem ? props.error.about["client_id"] : undefined;
  return (
    <form onSubmit={submit}>
      <Stack gap={4}>
        <TextInput
          size="xs"
          autoFocus
          value={typed}
          aria-label={props.label}
          data-mantine-stop-propagation="true"
          onChange={(event) => setDraft(props.draftKey, { text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") close();
          }}
        />
        <TextInput
          size="xs"
          value={label}
          placeholder={t("field.labelHint")}
          aria-label={t("field.label")}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button size="compact-xs" type="submit" loading={props.isSaving}>
            {t("field.save")}
          </Button>
          {props.onRemove !== undefined && (
            <Button size="compact-xs" variant="default" onClick={props.onRemove}>
              {t("field.remove")}
            </Button>
          )}
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("field.giveUp")} onClick={close}>
            <IconX size={14} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Group>
        {props.error !== null && <ProblemText error={props.error} />}
        {typeof twin === "string" && (
          <Text size="xs" component="a" href={`/clients/${twin}`} c="var(--mantine-primary-color-filled)">
            {t("new.openTwin")}
          </Text>
        )}
      </Stack>
    </form>
  );
}
