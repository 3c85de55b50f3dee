import { useTexts } from "@/app/i18n";
import { sayCode } from "@/ui/code";

import type { Call } from "./queries";

/** How the other side of a call is called, by what this viewer is told. */
export function useWho(): (call: Call) => string {
  const t = useTexts("calls");
  return (call) => {
    if (call.client_name !== null) return call.client_name;
    if (call.client_id !== null) return sayCode(call.short_code) ?? t("nobody");
    if (call.direction === "internal") return t("direction.internal");
    return call.customer_number ?? t("noClient");
  };
}
