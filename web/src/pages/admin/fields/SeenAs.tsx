import { Button, Group, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { Locked } from "@/ui/Locked";
import { ProblemText } from "@/ui/Problem";
import { sayCode } from "@/ui/code";

import { ClientSuggest } from "../ClientSuggest";
import { Facts, Part } from "../Facts";
import { PersonSelect } from "../people/selects";
import { useFieldName } from "../words";
import type { Wanted } from "./queries";

type Seen = components["schemas"]["ClientSeenModel"];
type Chosen = components["schemas"]["Suggestion"];

/** One real card as somebody gets it, or would by the rules that are typed. Opening it is in the audit. */
export function SeenAs({ draft }: { draft: Wanted | null }) {
  const t = useTexts("admin");
  const [person, setPerson] = useState<string | null>(null);
  const [client, setClient] = useState<Chosen | null>(null);
  const card = useQuery({
    queryKey: ["seen-as", client?.id, person, draft],
    queryFn: ({ signal }) => {
      const params = { path: { id: client?.id ?? "", name: person ?? "" } };
      return ask(
        draft === null
          ? api.GET("/api/v1/clients/{id}/as/{name}", { params, signal })
          : api.POST("/api/v1/clients/{id}/as/{name}/preview", { params, body: draft, signal }),
      );
    },
    enabled: client !== null && person !== null,
    staleTime: Infinity,
    retry: false,
  });
  return (
    <Part title={t("seen.title")} what={`${t(draft === null ? "seen.now" : "seen.drafted")} ${t("seen.what")}`}>
      <Stack gap="sm">
        <PersonSelect label={t("seen.person")} value={person} onChange={setPerson} />
        {client === null ? (
          <ClientSuggest label={t("seen.client")} onPick={setClient} />
        ) : (
          <Group gap="sm">
            <Text size="sm">
              {client.name ?? t("nameless")} {sayCode(client.short_code)}
            </Text>
            <Button size="compact-xs" variant="default" onClick={() => setClient(null)}>
              {t("seen.other")}
            </Button>
          </Group>
        )}
        {card.error !== null && <ProblemText error={card.error} />}
        {card.isFetching && <Skeleton h={160} />}
        {card.data !== undefined && !card.isFetching && <SeenCard card={card.data} />}
      </Stack>
    </Part>
  );
}

function SeenCard({ card }: { card: Seen }) {
  const t = useTexts("admin");
  const fieldName = useFieldName();
  /** Locked for him; or open for him, and locked for who asks. */
  const value = (field: string, shown: string | null | undefined) => {
    if (card.hidden.includes(field)) return <Locked key={field} />;
    if (card.withheld.includes(field)) return <Text c="dimmed" size="sm">{t("seen.withheld")}</Text>;
    return shown || "–";
  };
  const several = (field: string, values: readonly { value: string }[] | null) =>
    value(field, values?.map((one) => one.value).join(", "));
  const custom = [
    ...new Set([
      ...Object.keys(card.custom).map((key) => `custom:${key}`),
      ...[...card.hidden, ...card.withheld].filter((field) => field.startsWith("custom:")),
    ]),
  ];
  return (
    <Paper withBorder p="md">
      <Text fw={600} mb="sm">
        {card.name ?? t("nameless")}{" "}
        <Text span c="dimmed" inherit>
          {sayCode(card.short_code)}
        </Text>
      </Text>
      <Facts
        of={[
          [fieldName("phones"), value("phones", card.phones?.map((one) => one.number).join(", "))],
          [fieldName("emails"), several("emails", card.emails)],
          [fieldName("addresses"), several("addresses", card.addresses)],
          [fieldName("messengers"), several("messengers", card.messengers)],
          [fieldName("company"), value("company", card.company)],
          [fieldName("notes"), value("notes", t("seen.notes"))],
          ...custom.map(
            (field) =>
              [fieldName(field), value(field, String(card.custom[field.slice("custom:".length)] ?? ""))] as const,
          ),
          [t("seen.curator"), card.curator ?? t("seen.nobody")],
        ]}
      />
    </Paper>
  );
}
