import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { Sessions } from "@/pages/account/Sessions";
import { Tokens } from "@/pages/account/Tokens";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { ProblemText } from "@/ui/Problem";
import { ShownOnce } from "@/ui/ShownOnce";

import { Part } from "../Facts";
import { keys, type Person, useAct } from "../queries";

/** How he comes in: password, one-time codes, open sessions, keys of his programs. */
export function PersonSignIn({ person }: { person: Person }) {
  return (
    <Stack gap="lg">
      <Password person={person} />
      <Sessions name={person.name} />
      <Tokens name={person.name} />
    </Stack>
  );
}

function Password({ person }: { person: Person }) {
  const t = useTexts("admin");
  const path = { name: person.name };
  const [isAsked, setAsked] = useState(false);
  const give = useAct(
    () => ask(api.PUT("/api/v1/people/{name}/password", { params: { path }, body: {} })),
    [keys.people],
    () => setAsked(false),
  );
  const take = useAct(
    (what: "password" | "totp" | "lockout") =>
      ask(api.DELETE(`/api/v1/people/{name}/${what}`, { params: { path } })),
    [keys.people],
  );
  const made = give.data?.password;
  return (
    <Part title={t("password.title")} what={t("password.what", { name: person.name })}>
      <Stack gap="sm">
        {made !== undefined && made !== null && (
          <div>
            <ShownOnce value={made} />
            <Text size="sm" c="dimmed" mt="xs">
              {t("password.once")}
            </Text>
          </div>
        )}
        <Group gap="sm">
          <Button loading={give.isPending} onClick={() => (person.has_password ? setAsked(true) : give.mutate(undefined))}>
            {t("password.give")}
          </Button>
          {person.has_password && (
            <Button
              variant="default"
              loading={take.isPending && take.variables === "password"}
              onClick={() => take.mutate("password")}
            >
              {t("password.take")}
            </Button>
          )}
          <Button
            variant="default"
            loading={take.isPending && take.variables === "totp"}
            onClick={() => take.mutate("totp")}
          >
            {t("password.totp")}
          </Button>
          <Button
            variant="default"
            loading={take.isPending && take.variables === "lockout"}
            onClick={() => take.mutate("lockout")}
          >
            {t("password.unlock")}
          </Button>
        </Group>
        {take.isSuccess && (
          <Text size="sm" c="dimmed" role="status">
            {t("done")}
          </Text>
        )}
        {take.error !== null && <ProblemText error={take.error} />}
        {give.error !== null && !isAsked && <ProblemText error={give.error} />}
      </Stack>
      <ConfirmNumbers
        opened={isAsked}
        title={t("password.give")}
        act={t("password.give")}
        isRunning={give.isPending}
        error={give.error}
        onConfirm={() => give.mutate(undefined)}
        onClose={() => setAsked(false)}
      >
        {t("password.confirm", { name: person.name })}
      </ConfirmNumbers>
    </Part>
  );
}
