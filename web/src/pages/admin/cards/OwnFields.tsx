import { Stack, Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { Page } from "@/ui/Page";

import { Categories } from "./Categories";
import { CustomFields } from "./CustomFields";

/** What the company's cards have beside the usual: fields and categories. */
export default function OwnFields() {
  const t = useTexts("admin");
  return (
    <Page title={t("section.own-fields")}>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("own.what")}
      </Text>
      <Stack gap="xl">
        <CustomFields />
        <Categories />
      </Stack>
    </Page>
  );
}
