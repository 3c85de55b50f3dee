import { useTexts } from "@/app/i18n";
import { StateMark } from "@/ui/StateMark";

import type { Call } from "./queries";

/** How a call ended, or how it is now. */
export function Outcome({ call }: { call: Call }) {
  const t = useTexts("calls");
  if (call.running) return <StateMark state={call.answered_at === null ? "ringing" : "talking"} />;
  switch (call.disposition) {
    case null:
      return <StateMark state="ended">{t("outcome.unknown")}</StateMark>;
    case "answered":
      return <StateMark state="answered">{t("outcome.answered")}</StateMark>;
    case "missed":
      return <StateMark state="missed">{t("outcome.missed")}</StateMark>;
    default:
      return <StateMark state="ended">{t(`outcome.${call.disposition}`)}</StateMark>;
  }
}
