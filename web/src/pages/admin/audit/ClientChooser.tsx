import { Button, Group, Popover, TextInput } from "@mantine/core";
import { useState } from "react";

import { useTexts } from "@/app/i18n";

import { ClientSuggest } from "../ClientSuggest";

/** Who opened this client? By name; the address keeps his code alone. */
export function ClientChooser({ value, onChange }: { value: string | null; onChange: (client: string | null) => void }) {
  const t = useTexts("admin");
  const [isOpen, setOpen] = useState(false);
  if (value !== null) {
    return (
      <Group gap="xs" align="end">
        <TextInput size="xs" w={140} label={t("audit.client")} readOnly value={value} />
        <Button h={30} variant="default" onClick={() => onChange(null)}>
          {t("audit.anyClient")}
        </Button>
      </Group>
    );
  }
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={300} trapFocus>
      <Popover.Target>
        <Button h={30} variant="default" onClick={() => setOpen((now) => !now)}>
          {t("audit.chooseClient")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ClientSuggest
          label={t("audit.client")}
          onPick={(one) => {
            setOpen(false);
            onChange(one.short_code ?? one.id);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
