import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { When } from "@/ui/When";
import { sayCode } from "@/ui/code";

import { type Client, type CustomField, useCategories, useCustomFields, usePeople } from "../queries";
import { Contacts } from "./Contacts";
import { CustomValue } from "./CustomValue";
import { EditableChoice } from "./EditableChoice";
import { EditableText, FieldLine } from "./EditableText";
import { Phones } from "./Phones";

/** Who this is: every field that the card has, to be changed where it stands. */
export function Who({ card }: { card: Client }) {
  const t = useTexts("clients");
  const session = useSession();
  const categories = useCategories();
  const custom = useCustomFields();
  const people = usePeople();
  const mayChange = card.may.includes("change");
  const mayAssign = card.may.includes("assign") && !card.private;
  const serving = (people.data?.items ?? [])
    .filter((person) => person.left_at === null)
    .map((person) => ({ value: person.name, label: person.full_name ?? person.name }));
  const hides = (field: string) => card.hidden.includes(field);
  const servedBy = (name: string | null) => (name === session.person ? t("who.me", { name }) : name);

  return (
    <section aria-label={t("who.title")}>
      <EditableText
        card={card}
        name="name"
        label={t("field.name")}
        value={card.name}
        placeholder={t("who.noName")}
        body={(typed) => ({ name: typed.trim() || null })}
        mayChange={mayChange}
      />
      <FieldLine label={t("field.code")}>{sayCode(card.short_code) ?? "–"}</FieldLine>
      <EditableText
        card={card}
        name="company"
        label={t("field.company")}
        value={card.company}
        body={(typed) => ({ company: typed.trim() || null })}
        isLocked={hides("company")}
        mayChange={mayChange}
      />
      <EditableChoice
        card={card}
        name="category"
        label={t("field.category")}
        value={card.category}
        choices={(categories.data?.items ?? []).map(({ name }) => ({ value: name, label: name }))}
        body={(chosen) => ({ category: chosen || null })}
        clearable
        mayChange={mayChange}
      />
      <EditableChoice
        card={card}
        name="curator"
        label={t("field.curator")}
        value={card.curator}
        choices={withValue(serving, card.curator, servedBy)}
        body={(chosen) => ({ curator: chosen || null })}
        placeholder={t("who.nobody")}
        clearable
        mayChange={mayAssign}
      />
      <EditableChoice
        card={card}
        name="deputy"
        label={t("field.deputy")}
        value={card.deputy}
        choices={withValue(serving, card.deputy, servedBy)}
        body={(chosen) => ({ deputy: chosen || null })}
        clearable
        mayChange={mayAssign}
      />
      <Phones card={card} isLocked={hides("phones")} mayChange={mayChange} />
      {(["email", "address", "messenger"] as const).map((kind) => (
        <Contacts key={kind} card={card} kind={kind} mayChange={mayChange} />
      ))}
      {(custom.data?.items ?? []).map((field: CustomField) => (
        <CustomValue
          key={field.key}
          card={card}
          field={field}
          isLocked={hides(`custom:${field.key}`)}
          mayChange={mayChange}
        />
      ))}
      <FieldLine label={t("field.source")}>
        {t(`source.${sourceOf(card.source)}`)}, <When at={card.created_at} />
      </FieldLine>
    </section>
  );
}

/** A person who serves the client is among the choices, though the list does not name him. */
function withValue(
  choices: { value: string; label: string }[],
  value: string | null,
  shown: (name: string | null) => string | null,
): { value: string; label: string }[] {
  if (value === null || choices.some((choice) => choice.value === value)) return choices;
  return [{ value, label: shown(value) ?? value }, ...choices];
}

function sourceOf(source: string): "call" | "import" | "manual" {
  return source === "call" || source === "import" ? source : "manual";
}
