import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { ProblemText } from "@/ui/Problem";

import { Facts } from "../Facts";
import { keys, type Role, useAct } from "../queries";
import { without } from "../without";
import { useFieldName } from "../words";
import { RightsEditor } from "./RightsEditor";

/** One role: its rights, to be changed; and that it goes, or becomes what it came as. */
export function RoleCard({ role, onGone }: { role: Role; onGone: () => void }) {
  const t = useTexts("admin");
  const session = useSession();
  const fieldName = useFieldName();
  const [typed, setTyped] = useState<Record<string, string> | null>(null);
  const [isGoing, setGoing] = useState(false);
  const rights = typed ?? role.rights;
  const path = { name: role.name };
  const save = useAct(
    () => ask(api.PUT("/api/v1/roles/{name}", { params: { path }, body: { rights } })),
    [keys.roles, keys.people],
    () => setTyped(null),
  );
  const remove = useAct(
    () => ask(api.DELETE("/api/v1/roles/{name}", { params: { path } })),
    [keys.roles, keys.people],
    () => {
      setGoing(false);
      setTyped(null);
      if (!role.template) onGone();
    },
  );
  const changes = session.has("people.change");
  const what = role.template ? "roles.reset" : "roles.remove";
  return (
    <Stack gap="md">
      <Facts
        of={[
          [t("section.people"), t("roles.people", { count: role.people })],
          [t("people.hidden"), role.hidden.map(fieldName).join(", ") || t("person.nothingHidden")],
        ]}
      />
      <RightsEditor
        rights={rights}
        disabled={!changes}
        onChange={(right, scope) => {
          const rest = without(rights, right);
          setTyped(scope === null || scope === "none" ? rest : { ...rest, [right]: scope });
        }}
      />
      {save.error !== null && <ProblemText error={save.error} />}
      {changes && (
        <Group gap="sm">
          <Button loading={save.isPending} disabled={typed === null} onClick={() => save.mutate(undefined)}>
            {t("roles.save", { count: role.people })}
          </Button>
          {typed !== null && (
            <Button variant="default" onClick={() => setTyped(null)}>
              {t("giveUp")}
            </Button>
          )}
          {(!role.template || role.changed) && (
            <Button variant="default" color="red" ml="auto" onClick={() => setGoing(true)}>
              {t(what)}
            </Button>
          )}
        </Group>
      )}
      <ConfirmNumbers
        opened={isGoing}
        title={t(what)}
        act={t(what)}
        isRunning={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined)}
        onClose={() => setGoing(false)}
      >
        <Text inherit>{t(role.template ? "roles.resetWhat" : "roles.removeWhat", { count: role.people })}</Text>
      </ConfirmNumbers>
    </Stack>
  );
}
