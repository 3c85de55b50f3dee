import { Text } from "@mantine/core";

import { useLive } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { Duration } from "@/ui/Duration";
import { StateMark } from "@/ui/StateMark";

/** Waits for the first call, and shows it arriving. */
export function Arriving({ number }: { number: string | undefined }) {
  const t = useTexts("firstHour");
  const call = useLive((live) => [...live.calls.values()].at(-1));
  return (
    <>
      <Text size="sm">{number === undefined ? t("call.todo") : t("call.todoNumber", { number })}</Text>
      <div role="status">
        {call === undefined ? (
          <Text size="sm" c="dimmed">
            {t("call.waiting")}
          </Text>
        ) : (
          <Text size="sm" component="div">
            <StateMark state={call.state} /> · <Duration since={call.started_at} />
          </Text>
        )}
      </div>
    </>
  );
}
