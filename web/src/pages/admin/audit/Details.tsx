import { Code, Stack, Text } from "@mantine/core";

import type { components } from "@/api/schema";
import { useLanguage, useTexts } from "@/app/i18n";
import { exact } from "@/ui/time";

import { Facts } from "../Facts";
import { useFieldName } from "../words";

/** One entry whole. */
export function Details({ entry }: { entry: components["schemas"]["AuditEntryModel"] }) {
  const t = useTexts("admin");
  const language = useLanguage();
  const fieldName = useFieldName();
  return (
    <Stack gap="md">
      <Text size="sm">{entry.text}</Text>
      <Facts
        of={[
          [t("audit.who"), entry.person],
          [t("audit.when"), exact(new Date(entry.at), language)],
          entry.address === null ? null : [t("audit.address"), entry.address],
          entry.via === null ? null : [t("audit.via"), entry.via],
          entry.object === null ? null : [t("audit.object"), entry.object],
          entry.count > 1 ? [t("audit.count"), String(entry.count)] : null,
          entry.hidden.length > 0 ? [t("audit.hidden"), entry.hidden.map(fieldName).join(", ")] : null,
        ]}
      />
      {entry.erased && (
        <Text size="sm" c="dimmed">
          {t("audit.erased")}
        </Text>
      )}
      {entry.details !== null && (
        <Code block aria-label={t("audit.details")} tabIndex={0}>
          {JSON.stringify(entry.details, null, 2)}
        </Code>
      )}
    </Stack>
  );
}
