import { Button, TextInput } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { languages } from "@/texts/language";
import { MoveButtons } from "@/ui/MoveButtons";
import type { Outcome } from "@/ui/outcomes";

import type { Line } from "./draft";

interface Props {
  line: Line;
  /** As people read it. */
  words: string;
  usual: Outcome["usual"];
  disabled: boolean;
  isFirst: boolean;
  isLast: boolean;
  onChange: (labels: Line["labels"]) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

/** One outcome: its words in both languages, and its place. */
export function OutcomeLine(props: Props) {
  const { line, words, usual, disabled } = props;
  const t = useTexts("admin");
  return (
    <li>
      {languages.map((language) => (
        <TextInput
          key={language}
          size="xs"
          flex="1 1 140px"
          lang={language}
          maxLength={40}
          aria-label={`${words}: ${t(`outcomes.in.${language}`)}`}
          placeholder={usual?.[language] ?? t(`outcomes.in.${language}`)}
          disabled={disabled}
          value={line.labels[language]}
          onChange={(event) => props.onChange({ ...line.labels, [language]: event.currentTarget.value })}
        />
      ))}
      {!disabled && (
        <>
          <MoveButtons name={words} isFirst={props.isFirst} isLast={props.isLast} onMove={props.onMove} />
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t("outcomes.removeOne", { name: words })}
            onClick={props.onRemove}
          >
            {t("outcomes.remove")}
          </Button>
        </>
      )}
    </li>
  );
}
