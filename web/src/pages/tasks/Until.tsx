import { useLanguage } from "@/app/i18n";
import { exact } from "@/ui/time";
import { useNow } from "@/ui/useNow";

import { untilText } from "./due";

/** Until when something is to be done: "18:00" for today, else the day; exact on hover. */
export function Until({ at }: { at: string }) {
  const language = useLanguage();
  const now = useNow("minute");
  const instant = new Date(at);
  return (
    <time dateTime={at} title={exact(instant, language)}>
      {untilText(instant, new Date(now), language)}
    </time>
  );
}
