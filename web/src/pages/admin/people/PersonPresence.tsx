import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";

import { useTexts } from "@/app/i18n";
import { AwayForm } from "@/app/presence/AwayForm";
import { useAwayWords, useMark, useMoment, usePresence } from "@/app/presence/presence";
import { ProblemText } from "@/ui/Problem";
import { StateMark } from "@/ui/StateMark";

import { Part } from "../Facts";

/** Whether clients' calls ring at him; nothing where the settings name no phone of his. */
export function PersonPresence({ name }: { name: string }) {
  const t = useTexts("common");
  const words = useAwayWords();
  const moment = useMoment();
  const { data: presence } = usePresence(name);
  const [isLeaving, setLeaving] = useState(false);
  const back = useMark(name);
  if (presence === undefined || !presence.is_agent) return null;
  const { is_away: isAway, since, set_by: by } = presence;
  return (
    <Part title={t("presence.of.title")}>
      <Group gap="sm" mb={isLeaving ? "md" : 0}>
        {isAway && <StateMark state="away">{words(presence)}</StateMark>}
        <Text span size="sm" c="dimmed" role="status">
          {t(isAway ? "presence.of.away" : "presence.of.here", { name })}
          {since !== null && ` ${t("presence.of.since", { at: moment(since) })}`}
          {by !== null && by !== name && ` ${t("presence.by", { by })}`}
        </Text>
        {presence.can_set && !isLeaving && (
          <Button
            size="compact-sm"
            variant="default"
            loading={back.isPending}
            onClick={() => (isAway ? back.mutate(null) : setLeaving(true))}
          >
            {t(isAway ? "presence.of.back" : "presence.of.set")}
          </Button>
        )}
      </Group>
      {back.error !== null && <ProblemText error={back.error} />}
      {isLeaving && <AwayForm name={name} onDone={() => setLeaving(false)} />}
    </Part>
  );
}
