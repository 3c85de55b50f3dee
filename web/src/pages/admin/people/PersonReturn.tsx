import { Alert, Button, Group, Text } from "@mantine/core";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import { keys, type Person, useAct } from "../queries";

/** He left: when, and that he may come back. */
export function PersonReturn({ person }: { person: Person }) {
  const t = useTexts("admin");
  const session = useSession();
  const back = useAct(
    () => ask(api.POST("/api/v1/people/{name}/return", { params: { path: { name: person.name } } })),
    [keys.people, keys.roles, keys.departments],
  );
  return (
    <Alert color="gray" variant="light" mb="md">
      <Text size="sm">
        {t("leave.hasLeft")} <When at={person.left_at ?? person.created_at} />. {t("leave.backWhat")}
      </Text>
      {back.error !== null && <ProblemText error={back.error} />}
      {session.has("people.change") && (
        <Group mt="sm">
          <Button variant="default" loading={back.isPending} onClick={() => back.mutate(undefined)}>
            {t("leave.back")}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
