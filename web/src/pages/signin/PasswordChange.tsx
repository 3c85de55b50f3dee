import { Paper, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";

import { useTexts } from "@/app/i18n";
import { SESSION } from "@/app/session";

import { Doorstep } from "./Doorstep";
import { PasswordForm } from "./PasswordForm";

/** Before anything else: a temporary password is changed to one of his own. */
export function PasswordChange() {
  const t = useTexts("common");
  const queries = useQueryClient();
  return (
    <Doorstep>
      <Paper withBorder p="lg">
        <Stack gap="sm">
          <Title order={1}>{t("signIn.change")}</Title>
          <Text size="sm">{t("signIn.changeWhy")}</Text>
          <PasswordForm
            oldLabel={t("signIn.old")}
            act={t("signIn.save")}
            autoFocus
            onDone={() => void queries.invalidateQueries({ queryKey: SESSION })}
          />
        </Stack>
      </Paper>
    </Doorstep>
  );
}
