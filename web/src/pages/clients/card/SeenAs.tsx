import { Button, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { Problem as ProblemError } from "@/api/problem";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Locked } from "@/ui/Locked";
import { Problem } from "@/ui/Problem";
import { sayCode } from "@/ui/code";

import { type Client, useCustomFields, usePeople } from "../queries";
import classes from "./card.module.css";
import { FieldLine } from "./EditableText";

/** The card as somebody else sees it: that, and nothing that the viewer would not see by himself. */
export function SeenAs({ card, onClose }: { card: Client; onClose: () => void }) {
  const t = useTexts("clients");
  const session = useSession();
  const people = usePeople();
  const [name, setName] = useState<string | null>(null);
  const seen = useQuery({
    queryKey: ["client", card.id, "as", name],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/clients/{id}/as/{name}", {
          params: { path: { id: card.id, name: name ?? "" } },
          signal,
        }),
      ),
    enabled: name !== null,
  });
  const others = (people.data?.items ?? []).filter(
    (person) => person.left_at === null && person.name !== session.person,
  );
  const isNotThere = seen.error instanceof ProblemError && seen.error.status === 404;
  return (
    <section className={classes["notice"]} aria-label={t("actions.seeAs")}>
      <Stack gap="xs">
        <Select
          label={t("as.whose")}
          placeholder={t("as.choose")}
          searchable
          data={others.map((one) => ({ value: one.name, label: one.full_name ?? one.name }))}
          value={name}
          onChange={setName}
        />
        {isNotThere && name !== null && <Text size="sm">{t("as.notThere", { person: name })}</Text>}
        {seen.error !== null && !isNotThere && <Problem error={seen.error} />}
        {seen.data !== undefined && <Seen card={seen.data} withheld={seen.data.withheld} />}
        <Button variant="default" onClick={onClose}>
          {t("as.back")}
        </Button>
      </Stack>
    </section>
  );
}

function Seen({ card, withheld }: { card: Client; withheld: string[] }) {
  const t = useTexts("clients");
  const custom = useCustomFields();
  const lists = [
    ["phones", card.phones?.map((phone) => phone.number)],
    ["emails", card.emails?.map((one) => one.value)],
    ["addresses", card.addresses?.map((one) => one.value)],
    ["messengers", card.messengers?.map((one) => one.value)],
  ] as const;
  const held = (field: string, text: string | null) => {
    if (withheld.includes(field)) return <Locked why={t("as.withheld")} />;
    if (card.hidden.includes(field)) return <Locked />;
    return text || "–";
  };
  return (
    <div>
      <FieldLine label={t("field.name")}>{card.name ?? "–"}</FieldLine>
      <FieldLine label={t("field.code")}>{sayCode(card.short_code) ?? "–"}</FieldLine>
      <FieldLine label={t("field.company")}>{held("company", card.company)}</FieldLine>
      <FieldLine label={t("field.category")}>{card.category ?? "–"}</FieldLine>
      <FieldLine label={t("field.curator")}>{card.curator ?? "–"}</FieldLine>
      <FieldLine label={t("field.deputy")}>{card.deputy ?? "–"}</FieldLine>
      {lists.map(([field, values]) => (
        <FieldLine key={field} label={t(`field.${field}`)}>
          {held(field, values?.join(", ") ?? null)}
        </FieldLine>
      ))}
      {(custom.data?.items ?? []).map((field) => (
        <FieldLine key={field.key} label={field.label}>
          {held(`custom:${field.key}`, String(card.custom[field.key] ?? ""))}
        </FieldLine>
      ))}
      <FieldLine label={t("as.may")}>
        {card.may.length === 0
          ? t("as.reads")
          : card.may.map((action) => t(`may.${mayOf(action)}`)).join(", ")}
      </FieldLine>
    </div>
  );
}

const ACTIONS = ["call", "change", "assign", "merge", "archive", "export", "task", "undo", "private", "note"] as const;

function mayOf(action: string): (typeof ACTIONS)[number] {
  return ACTIONS.find((one) => one === action) ?? "note";
}
