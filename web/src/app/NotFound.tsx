import { Text, Title } from "@mantine/core";
import { Link } from "wouter";

import { useTexts } from "./i18n";

/** An address that has no page, or none for this person. */
export function NotFound() {
  const t = useTexts("common");
  return (
    <div style={{ padding: 24 }}>
      <Title order={1}>{t("notFound.title")}</Title>
      <Text my="sm">{t("notFound.what")}</Text>
      <Link href="/">{t("notFound.home")}</Link>
    </div>
  );
}
