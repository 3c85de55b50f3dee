import { Button, Text } from "@mantine/core";
import { useState } from "react";

import { useTexts } from "@/app/i18n";

import classes from "./calls.module.css";
import { audioOf, type Call } from "./queries";
import { useWho } from "./who";

/** The sound of a row, while one goes on reading the list. */
export function QuickPlay({ call, onStop }: { call: Call; onStop: () => void }) {
  const t = useTexts("calls");
  const who = useWho();
  const [hasFailed, setFailed] = useState(false);
  const recording = call.recordings.find((one) => one.state === "stored");
  if (recording === undefined) return null;
  return (
    <div className={classes["strip"]} role="region" aria-label={t("playing", { who: who(call) })}>
      <Text size="sm" truncate maw={240}>
        {t("playing", { who: who(call) })}
      </Text>
      {hasFailed ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {t("player.failed")}
        </Text>
      ) : (
        <audio controls autoPlay src={audioOf(recording.id)} onError={() => setFailed(true)} onEnded={onStop} />
      )}
      <Button variant="default" onClick={onStop}>
        {t("stop")}
      </Button>
    </div>
  );
}
