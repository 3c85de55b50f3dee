import { useTexts } from "@/app/i18n";
import type { Texts } from "@/texts";

type Known = keyof Texts["common"]["role"];

/** A role as people call it; a company's own roles are called as it called them. */
export function useRoleName(): (role: string) => string {
  const t = useTexts("common");
  const names = t("role", { returnObjects: true }) as Readonly<Record<string, string>>;
  return (role) => (Object.hasOwn(names, role) ? t(`role.${role as Known}`) : role);
}
