import { useTexts } from "@/app/i18n";
import { Locked } from "@/ui/Locked";

import type { Client } from "../queries";
import { FieldLine } from "./EditableText";
import { ItemList } from "./ItemList";
import type { ContactKind } from "./items";

const FIELDS = { email: "emails", address: "addresses", messenger: "messengers" } as const;

/** E-mails, addresses or messengers. */
export function Contacts({ card, kind, mayChange }: { card: Client; kind: ContactKind; mayChange: boolean }) {
  const t = useTexts("clients");
  const field = FIELDS[kind];
  const label = t(`field.${field}`);
  const items = card[field];
  if (items === null) {
    return (
      <FieldLine label={label}>
        <Locked />
      </FieldLine>
    );
  }
  return <ItemList card={card} kind={kind} label={label} items={items} mayChange={mayChange} />;
}
