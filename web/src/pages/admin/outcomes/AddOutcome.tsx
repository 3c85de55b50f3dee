import { Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { useTexts } from "@/app/i18n";
import { languages } from "@/texts/language";

import { keyFor, type Line } from "./draft";

const EMPTY: Line["labels"] = { en: "", ru: "" };

/** Another outcome, in one language at least. */
export function AddOutcome({ taken, onAdd }: { taken: readonly string[]; onAdd: (line: Line) => void }) {
  const t = useTexts("admin");
  const [labels, setLabels] = useState(EMPTY);
  const isEmpty = languages.every((language) => labels[language].trim() === "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isEmpty) return;
    onAdd({ key: keyFor(labels.en, taken), labels });
    setLabels(EMPTY);
  };
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="end">
        {languages.map((language) => (
          <TextInput
            key={language}
            size="xs"
            lang={language}
            maxLength={40}
            label={t(`outcomes.new.${language}`)}
            value={labels[language]}
            onChange={(event) => setLabels({ ...labels, [language]: event.currentTarget.value })}
          />
        ))}
        <Button type="submit" h={30} variant="default" disabled={isEmpty}>
          {t("outcomes.add")}
        </Button>
      </Group>
    </form>
  );
}
