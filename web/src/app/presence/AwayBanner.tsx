import { Button, Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import classes from "@/app/frame.module.css";
import { StateMark } from "@/ui/StateMark";

import { useAwayWords, useMark, useMoment, useOwnPresence } from "./presence";

/** Over every page while I am away: quiet, with the way back. */
export function AwayBanner() {
  const t = useTexts("common");
  const { person } = useSession();
  const words = useAwayWords();
  const moment = useMoment();
  const { data: mine } = useOwnPresence();
  const back = useMark(null);
  if (mine === undefined || !mine.is_away || mine.since === null) return null;
  const by = mine.set_by !== null && mine.set_by !== person ? mine.set_by : null;
  return (
    <section className={classes["away"]} aria-label={t("presence.label")}>
      <StateMark state="away">{words(mine)}</StateMark>
      <Text span size="sm" c="dimmed" role="status">
        {t("presence.you", { at: moment(mine.since) })}
        {by !== null && ` ${t("presence.by", { by })}`}
        <Text span inherit visibleFrom="sm">
          {" "}
          {t("presence.calls")}
        </Text>
      </Text>
      <Button size="compact-sm" variant="default" loading={back.isPending} onClick={() => back.mutate(null)}>
        {t("presence.back")}
      </Button>
    </section>
  );
}
