import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import type { Texts } from "@/texts";

import { useCustomFields } from "./queries";

type Fields = Texts["admin"]["field"];
type RoleNames = Texts["admin"]["role"];

const CUSTOM = "custom:";

/** A field as people call it; a company's own by its label. */
export function useFieldName(): (field: string) => string {
  const t = useTexts("admin");
  const custom = useCustomFields(useSession().has("clients.read"));
  const labels = new Map(custom.data?.items.map((one) => [one.field, one.label]));
  const known = t("field", { returnObjects: true }) as Fields;
  return (field) =>
    labels.get(field) ??
    (Object.hasOwn(known, field) ? known[field as keyof Fields] : field.replace(CUSTOM, ""));
}

/** A role as people call it; a company's own by its name. */
export function useRoleName(): (role: string) => string {
  const t = useTexts("admin");
  const known = t("role", { returnObjects: true }) as RoleNames;
  return (role) => (Object.hasOwn(known, role) ? known[role as keyof RoleNames] : role);
}
