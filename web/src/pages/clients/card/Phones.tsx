import { useTexts } from "@/app/i18n";
import { Locked } from "@/ui/Locked";

import type { Client } from "../queries";
import { FieldLine } from "./EditableText";
import { ItemList } from "./ItemList";

/** The numbers; behind a lock for whom they are hidden from, who can call all the same. */
export function Phones({ card, isLocked, mayChange }: { card: Client; isLocked: boolean; mayChange: boolean }) {
  const t = useTexts("clients");
  const label = t("field.phones");
  if (isLocked || card.phones === null) {
    return (
      <FieldLine label={label}>
        <Locked why={t("who.phonesHidden")} />
      </FieldLine>
    );
  }
  const items = card.phones.map((phone) => ({ id: phone.id, value: phone.number, label: phone.label }));
  return <ItemList card={card} kind="phone" label={label} items={items} mayChange={mayChange} />;
}
