import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import { keys, type Person, useAct, useRoles } from "../queries";
import { RightsEditor } from "../roles/RightsEditor";
import { without } from "../without";
import { useRoleName } from "../words";

/** What he may do: his role's rights, and for each right an exception of his own. */
export function PersonRights({ person, disabled }: { person: Person; disabled: boolean }) {
  const t = useTexts("admin");
  const roleName = useRoleName();
  const roles = useRoles();
  const [typed, setTyped] = useState<Record<string, string> | null>(null);
  const exceptions = typed ?? person.exceptions;
  const role = roles.data?.items.find(({ name }) => name === person.role);
  const save = useAct(
    () =>
      ask(
        api.PATCH("/api/v1/people/{name}", {
          params: { path: { name: person.name } },
          body: { exceptions },
        }),
      ),
    [keys.people],
    () => setTyped(null),
  );
  const change = (right: string, scope: string | null) => {
    const rest = without(exceptions, right);
    setTyped(scope === null ? rest : { ...rest, [right]: scope });
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" maw={560}>
        {t("person.rightsWhat", { role: roleName(person.role) })}
      </Text>
      <RightsEditor
        rights={exceptions}
        usual={role?.rights ?? {}}
        usualLabel={(scope) => t("person.asRole", { scope })}
        disabled={disabled}
        onChange={change}
      />
      {save.error !== null && <ProblemText error={save.error} />}
      {typed !== null && (
        <Group gap="sm">
          <Button loading={save.isPending} onClick={() => save.mutate(undefined)}>
            {t("save")}
          </Button>
          <Button variant="default" onClick={() => setTyped(null)}>
            {t("giveUp")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
