import { ActionIcon, Group, Text } from "@mantine/core";
import IconPlayerPause from "@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs";
import IconPlayerPlay from "@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs";
import { useEffect, useEffectEvent, useRef } from "react";

import { useTexts } from "@/app/i18n";
import { type Sound, useSound } from "@/pages/calls/queries";
import { useSoundPlayer } from "@/pages/calls/useSoundPlayer";
import { ProblemText } from "@/ui/Problem";
import { duration } from "@/ui/time";

import classes from "./card.module.css";

/** A recording in the timeline: both sides as waves; a click hears from there. */
export default function PlayInPlace({ id }: { id: string }) {
  const sound = useSound(id);
  if (sound.error !== null) return <ProblemText error={sound.error} />;
  if (sound.data === undefined) return null;
  return <Strip sound={sound.data} />;
}

function Strip({ sound }: { sound: Sound }) {
  const t = useTexts("clients");
  const wave = useRef<HTMLDivElement>(null);
  const player = useSoundPlayer(sound, wave, nothing);
  // Whoever asked to hear it hears it.
  const begin = useEffectEvent(() => player.toggle());
  useEffect(() => begin(), []);
  return (
    <section className={classes["player"]} aria-label={t("call.recording")}>
      <Group gap="xs" wrap="nowrap">
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t(player.isPlaying ? "call.pause" : "call.play")}
          onClick={player.toggle}
        >
          {player.isPlaying ? (
            <IconPlayerPause size={16} stroke={1.5} aria-hidden />
          ) : (
            <IconPlayerPlay size={16} stroke={1.5} aria-hidden />
          )}
        </ActionIcon>
        <div className={classes["wave"]} aria-hidden>
          <div ref={wave} />
          <div className={classes["now"]} style={{ left: `${share(player.now, player.length)}%` }} />
        </div>
        <input
          type="range"
          className={classes["seek"]}
          min={0}
          max={Math.max(1, Math.round(player.length))}
          value={Math.round(player.now)}
          aria-label={t("call.where")}
          aria-valuetext={duration(player.now)}
          onChange={(event) => player.go(Number(event.currentTarget.value))}
        />
        <Text size="xs" className={classes["clock"]}>
          {duration(player.now)} / {duration(player.length)}
        </Text>
      </Group>
      {player.hasFailed && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {t("call.failed")}
        </Text>
      )}
    </section>
  );
}

function share(now: number, length: number): number {
  return length > 0 ? Math.min(100, (now / length) * 100) : 0;
}

function nothing(): void {
  // Nobody else asks how far it is.
}
