import { Button, Group, Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";

import { ProblemText } from "./Problem";

interface Props {
  save: { isPending: boolean; isSuccess: boolean; error: Error | null };
  /** Something is not saved yet. */
  isChanged: boolean;
  /** What was typed does not hold together: it cannot be saved. */
  isWrong?: boolean;
  onGiveUp: () => void;
  /** Without it the button submits its form. */
  onSave?: () => void;
  /** What is said once it is saved. */
  saved?: string;
}

/** Below a form whose values stay: save, discard, and what came of it. */
export function SaveRow({ save, isChanged, isWrong = false, onGiveUp, onSave, saved }: Props) {
  const t = useTexts("common");
  return (
    <>
      {save.error !== null && <ProblemText error={save.error} />}
      <Group gap="sm">
        <Button
          {...(onSave === undefined ? { type: "submit" } : { onClick: onSave })}
          loading={save.isPending}
          disabled={!isChanged || isWrong}
        >
          {t("save.act")}
        </Button>
        {isChanged && (
          <Button variant="default" onClick={onGiveUp}>
            {t("save.giveUp")}
          </Button>
        )}
        {save.isSuccess && !isChanged && (
          <Text size="sm" c="dimmed" role="status">
            {saved ?? t("save.saved")}
          </Text>
        )}
      </Group>
    </>
  );
}
