import { useLanguage } from "@/app/i18n";

import { exact, relative } from "./time";
import { useNow } from "./useNow";

/** When something was: "5 min. ago", and the exact instant on hover. */
export function When({ at }: { at: string }) {
  const language = useLanguage();
  const now = useNow("minute");
  const instant = new Date(at);
  return (
    <time dateTime={at} title={exact(instant, language)}>
      {relative(instant, new Date(now), language)}
    </time>
  );
}
