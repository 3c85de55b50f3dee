import { Paper, Stack, Title } from "@mantine/core";

import { useTexts } from "@/app/i18n";

import { Doorstep } from "./Doorstep";
import { TotpSteps } from "./TotpSteps";

interface Props {
  onConfirmed: () => void;
  onDone: () => void;
}

/** Before anything else, where his role needs one-time codes. */
export function TotpSetUp(props: Props) {
  const t = useTexts("common");
  return (
    <Doorstep>
      <Paper withBorder p="lg">
        <Stack gap="sm">
          <Title order={1}>{t("signIn.totp")}</Title>
          <TotpSteps why={t("signIn.totpWhy")} {...props} />
        </Stack>
      </Paper>
    </Doorstep>
  );
}
