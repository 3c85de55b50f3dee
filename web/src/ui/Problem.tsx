import { Alert, Button, Text } from "@mantine/core";

import { Problem as ProblemError } from "@/api/problem";
import { useTexts } from "@/app/i18n";

/** What went wrong, in a sentence of the page's language. */
export function useProblemText(): (error: Error) => string {
  const t = useTexts("common");
  return (error) => {
    if (!(error instanceof ProblemError)) return t("problem.unknown", { code: error.name });
    if (error.status === 0) return t("problem.noAnswer");
    return error.detail !== "" ? error.detail : t("problem.unknown", { code: error.code });
  };
}

/** Beside what was typed or clicked. */
export function ProblemText({ error }: { error: Error }) {
  const said = useProblemText();
  return (
    <Text size="sm" c="var(--mantine-color-error)" role="alert">
      {said(error)}
    </Text>
  );
}

/** Instead of what was to be shown; with what to do. */
export function Problem({ error, retry }: { error: Error; retry?: () => void }) {
  const t = useTexts("common");
  const said = useProblemText();
  return (
    <Alert color="red" variant="light" role="alert" maw={640}>
      <Text size="sm">{said(error)}</Text>
      {retry !== undefined && (
        <Button variant="default" mt="sm" onClick={retry}>
          {t("problem.again")}
        </Button>
      )}
    </Alert>
  );
}
