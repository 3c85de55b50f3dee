import { Button, Group, Paper, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useLanguage, useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ProblemText } from "@/ui/Problem";

import { ClientSuggest } from "../ClientSuggest";

type Schemas = components["schemas"];

const AGAIN_MS = 30_000;

/** Whom a call would ring, as the daemon itself says it; with what is typed and not saved. */
export function Preview({ typed }: { typed: Schemas["RoutingChanges"] }) {
  const t = useTexts("admin");
  const language = useLanguage();
  const session = useSession();
  const [at, setAt] = useState("");
  const [client, setClient] = useState<Schemas["Suggestion"] | null>(null);
  const [chooses, setChooses] = useState(false);
  const isDraft = Object.keys(typed).length > 0;
  const when = at === "" ? null : new Date(at);
  const [body] = useDebouncedValue(
    {
      client_id: client?.id ?? null,
      at: when === null || Number.isNaN(when.getTime()) ? null : when.toISOString(),
      routing: isDraft ? typed : null,
    },
    300,
  );
  const asked = useQuery({
    queryKey: ["routing", "preview", language, body],
    queryFn: ({ signal }) => ask(api.POST("/api/v1/routing/preview", { body, signal })),
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <Paper withBorder p="md" maw={760} component="section" aria-label={t("decided.preview")}>
      <Text size="sm" aria-live="polite" mih={44}>
        {isDraft && <Text span inherit fw={600}>{t("decided.ifSaved")} </Text>}
        {asked.error === null && asked.data?.sentence}
      </Text>
      {asked.error !== null && <ProblemText error={asked.error} />}
      <Group gap="sm" align="end" mt="xs">
        <TextInput
          type="datetime-local"
          size="xs"
          label={t("decided.at")}
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        {at !== "" && (
          <Button size="xs" variant="default" onClick={() => setAt("")}>
            {t("decided.nowAgain")}
          </Button>
        )}
        {session.has("clients.read") &&
          (client === null ? (
            <Button size="xs" variant="default" onClick={() => setChooses((is) => !is)} aria-expanded={chooses}>
              {t("decided.ofClient")}
            </Button>
          ) : (
            <Button size="xs" variant="default" onClick={() => setClient(null)}>
              {t("decided.notOf", { name: client.name ?? t("nameless") })}
            </Button>
          ))}
      </Group>
      {chooses && client === null && (
        <ClientSuggest
          label={t("decided.client")}
          onPick={(one) => {
            setClient(one);
            setChooses(false);
          }}
        />
      )}
    </Paper>
  );
}
