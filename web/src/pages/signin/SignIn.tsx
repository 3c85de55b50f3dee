import { Paper, Title } from "@mantine/core";

import { useTexts } from "@/app/i18n";

import { Doorstep } from "./Doorstep";
import { WaysIn } from "./WaysIn";

/** The first page. */
export function SignIn() {
  const t = useTexts("common");
  return (
    <Doorstep>
      <Paper withBorder p="lg">
        <Title order={1} mb="md">
          {t("signIn.title")}
        </Title>
        <WaysIn />
      </Paper>
    </Doorstep>
  );
}
