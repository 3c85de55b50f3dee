import { Button, Group, PasswordInput, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useAct } from "@/pages/admin/queries";
import { ProblemText } from "@/ui/Problem";

/** What is keyed in when one calls from one's own mobile. It is never shown, not even whether there is one. */
export function Pin({ name }: { name: string }) {
  const t = useTexts("account");
  const common = useTexts("common");
  const [pin, setPin] = useState("");
  const path = { name };
  const set = useAct(
    () => ask(api.PUT("/api/v1/agents/{name}/pin", { params: { path }, body: { pin } })),
    [],
    () => setPin(""),
  );
  const clear = useAct(() => ask(api.DELETE("/api/v1/agents/{name}/pin", { params: { path } })), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    clear.reset();
    set.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="end">
        <PasswordInput
          label={t("pin.label")}
          description={t("pin.what")}
          inputMode="numeric"
          autoComplete="off"
          maw={280}
          value={pin}
          onChange={(event) => setPin(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("pin.show") }}
        />
        <Button type="submit" h={36} variant="default" loading={set.isPending} disabled={pin === ""}>
          {t("pin.set")}
        </Button>
        <Button
          h={36}
          variant="default"
          loading={clear.isPending}
          onClick={() => {
            set.reset();
            clear.mutate(undefined);
          }}
        >
          {t("pin.clear")}
        </Button>
      </Group>
      {(set.isSuccess || clear.isSuccess) && (
        <Text size="sm" c="dimmed" mt="xs" role="status">
          {clear.isSuccess ? t("pin.cleared") : common("save.saved")}
        </Text>
      )}
      {set.error !== null && <ProblemText error={set.error} />}
      {clear.error !== null && <ProblemText error={clear.error} />}
    </form>
  );
}
