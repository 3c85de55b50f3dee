import { Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { type State, StateMark } from "@/ui/StateMark";

import type { Talk } from "../queries";

const LOOKS: Readonly<Record<Talk["state"], State>> = {
  open: "waiting",
  asked: "on_hold",
  answered: "talking",
  settled: "ended",
};

/** How far it has come, and what was said last. */
export function TalkStateMark({ talk }: { talk: Talk }) {
  const t = useTexts("control");
  const said = talk.reason ?? talk.answer;
  const byWhom = talk.state === "asked" ? talk.person : null;
  return (
    <>
      <StateMark state={LOOKS[talk.state]}>
        {talk.state === "settled" && talk.entered ? t("talks.entered") : t(`talks.state.${talk.state}`)}
        {byWhom !== null && ` · ${byWhom}`}
      </StateMark>
      {said !== null && (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {said}
        </Text>
      )}
    </>
  );
}
