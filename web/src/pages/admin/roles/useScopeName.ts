import { useTexts } from "@/app/i18n";

import type { Scope } from "./rights";

/** A scope in a word; of a right that is held or not: yes or no. */
export function useScopeName(): (scope: Scope, isScoped: boolean) => string {
  const t = useTexts("admin");
  return (scope, isScoped) => {
    if (scope === "none") return t("scope.none");
    return isScoped ? t(`scope.${scope}`) : t("scope.held");
  };
}
