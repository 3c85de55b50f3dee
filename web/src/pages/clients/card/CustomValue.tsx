import { useTexts } from "@/app/i18n";

import type { Client, CustomField } from "../queries";
import { EditableChoice } from "./EditableChoice";
import { EditableText } from "./EditableText";

interface Props {
  card: Client;
  field: CustomField;
  isLocked: boolean;
  mayChange: boolean;
}

/** One of the company's own fields. */
export function CustomValue({ card, field, isLocked, mayChange }: Props) {
  const t = useTexts("clients");
  const held = card.custom[field.key];
  const common = { card, name: `custom:${field.key}`, label: field.label, isLocked, mayChange };
  if (field.kind === "flag") {
    return (
      <EditableChoice
        {...common}
        value={held === undefined ? null : String(held)}
        choices={[
          { value: "true", label: t("field.yes") },
          { value: "false", label: t("field.no") },
        ]}
        body={(chosen) => ({ custom: { [field.key]: chosen === "" ? null : chosen === "true" } })}
        clearable
      />
    );
  }
  if (field.kind === "choice") {
    return (
      <EditableChoice
        {...common}
        value={held === undefined ? null : String(held)}
        choices={(field.choices ?? []).map((choice) => ({ value: choice, label: choice }))}
        body={(chosen) => ({ custom: { [field.key]: chosen || null } })}
        clearable
      />
    );
  }
  return (
    <EditableText
      {...common}
      value={held === undefined ? null : String(held)}
      body={(typed) => ({ custom: { [field.key]: typed.trim() || null } })}
    />
  );
}
