import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { useInterval } from "@mantine/hooks";

import { Problem } from "@/api/problem";

import { useTexts } from "./i18n";

const AGAIN_MS = 5_000;

/** Instead of a page: Callward does not answer. Said is what still works; it comes back by itself. */
export function Unreachable({ error, retry }: { error: Error; retry: () => void }) {
  const t = useTexts("common");
  useInterval(retry, AGAIN_MS, { autoInvoke: true });
  const said = error instanceof Problem && error.detail !== "" ? error.detail : t("down.what");
  return (
    <Center h="100vh" p="md">
      <Stack maw={480} role="alert">
        <Title order={1}>{t("down.title")}</Title>
        <Text>{said}</Text>
        <Text>{t("down.works")}</Text>
        <Text c="dimmed">{t("down.again")}</Text>
        <Button variant="default" w="fit-content" onClick={retry}>
          {t("down.now")}
        </Button>
      </Stack>
    </Center>
  );
}
