import { Button, Code, CopyButton, Group } from "@mantine/core";

import { useTexts } from "@/app/i18n";

/** What the server tells only now: to be copied before one goes on. */
export function ShownOnce({ value }: { value: string }) {
  const t = useTexts("common");
  return (
    <Group gap="sm" align="flex-start" role="status">
      <Code fz="sm" p="sm" style={{ display: "block", overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {value}
      </Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {t(copied ? "once.copied" : "once.copy")}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
