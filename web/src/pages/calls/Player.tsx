import { Alert, Button, SegmentedControl, Stack, Switch, Text, Tooltip } from "@mantine/core";
import IconFlag from "@tabler/icons-react/dist/esm/icons/IconFlag.mjs";
import IconPlayerPause from "@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs";
import IconPlayerPlay from "@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs";
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useRef } from "react";

import { useLanguage, useTexts } from "@/app/i18n";
import { duration } from "@/ui/time";

import { type Axis, place } from "./axis";
import classes from "./calls.module.css";
import { pausedSpans } from "./pauses";
import type { CallNote, Pause, Sound } from "./queries";
import { total } from "./silence";
import { usePlayerKeys } from "./usePlayerKeys";
import { SPEEDS, useSoundPlayer } from "./useSoundPlayer";

/** What the page around does to the player. */
export interface PlayerHandle {
  go: (seconds: number) => void;
}

interface Props {
  sound: Sound;
  axis: Axis;
  notes: readonly CallNote[];
  /** When nothing was recorded, though the call went on. */
  pauses: readonly Pause[];
  /** Sets a marker at that second; `undefined`: notes are hidden from this viewer. */
  onMark: ((seconds: number) => void) | undefined;
  onTime: (seconds: number) => void;
  ref: Ref<PlayerHandle>;
}

/** Two channels on the call's own axis, and what is done with them. */
export function Player({ sound, axis, notes, pauses, onMark, onTime, ref }: Props) {
  const t = useTexts("calls");
  const language = useLanguage();
  const wave = useRef<HTMLDivElement>(null);
  const player = useSoundPlayer(sound, wave, onTime);
  const { now, length, go } = player;
  const mark = onMark === undefined ? undefined : () => onMark(now);
  usePlayerKeys(player, mark);
  useImperativeHandle(ref, () => ({ go }));
  useEffect(() => onTime(0), [sound.id, onTime]);

  const began = Date.parse(sound.started_at ?? "");
  const from = place(axis, began);
  const to = place(axis, began + length * 1_000);
  const part = (seconds: number) => `${(Math.min(1, seconds / Math.max(length, 0.1)) * 100).toFixed(3)}%`;
  const markers = notes.filter((note) => note.recording_id === sound.id && note.at_seconds !== null);
  const paused = pausedSpans(pauses, began, length);
  const percent = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  function slide(event: KeyboardEvent): void {
    const by = { Home: -length, End: length, PageDown: -30, PageUp: 30 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    go(now + by);
  }

  return (
    <section aria-label={t("player.title")}>
      <div className={classes["plot"]}>
        <div className={classes["sides"]}>
          <span>{t("player.customer")}</span>
          <span>{t("player.company")}</span>
        </div>
        <div className={classes["wave"]}>
          <span className={classes["here"]} />
          <div
            className={classes["sound"]}
            style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
          >
            {player.skips &&
              player.quiet.map((span) => (
                <span
                  key={span.from}
                  className={classes["quiet"]}
                  style={{ left: part(span.from), width: part(span.to - span.from) }}
                />
              ))}
            {paused.map((span) => (
              <span
                key={span.from}
                className={classes["unrecorded"]}
                style={{ left: part(span.from), width: part(span.to - span.from) }}
              />
            ))}
            <div
              ref={wave}
              role="slider"
              tabIndex={0}
              aria-label={t("player.wave", { at: duration(now), length: duration(length) })}
              aria-valuemin={0}
              aria-valuemax={Math.round(length)}
              aria-valuenow={Math.round(now)}
              aria-valuetext={duration(now)}
              onKeyDown={slide}
            />
            {markers.map((note) => (
              <Tooltip key={note.id} label={`${duration(note.at_seconds ?? 0)} · ${note.text}`} multiline maw={280}>
                <button
                  type="button"
                  className={classes["flag"]}
                  style={{ left: part(note.at_seconds ?? 0) }}
                  aria-label={t("player.markerAt", { at: duration(note.at_seconds ?? 0) })}
                  onClick={() => go(note.at_seconds ?? 0)}
                >
                  <IconFlag size={14} stroke={2} aria-hidden />
                </button>
              </Tooltip>
            ))}
          </div>
        </div>
      </div>
      <div className={classes["controls"]}>
        <Button
          leftSection={
            player.isPlaying ? <IconPlayerPause size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />
          }
          onClick={player.toggle}
        >
          {player.isPlaying ? t("pause") : t("play")}
        </Button>
        <span className={classes["time"]}>
          {duration(now)} / {duration(length)}
        </span>
        <SegmentedControl
          size="xs"
          aria-label={t("player.speed")}
          value={String(player.speed)}
          onChange={(value) => player.setSpeed(Number(value))}
          data={SPEEDS.map((speed) => ({ value: String(speed), label: `${percent.format(speed)}×` }))}
        />
        <Switch
          size="xs"
          label={
            player.quiet.length > 0 ? t("player.skipOf", { time: duration(total(player.quiet)) }) : t("player.skip")
          }
          checked={player.skips}
          onChange={(event) => player.setSkips(event.currentTarget.checked)}
        />
        {mark !== undefined && (
          <Button variant="default" leftSection={<IconFlag size={16} aria-hidden />} onClick={mark}>
            {t("player.marker")}
          </Button>
        )}
      </div>
      <Stack gap={4}>
        {player.hasFailed && (
          <Alert color="red" variant="light" role="alert">
            {t("player.failed")}
          </Alert>
        )}
        {paused.map((span) => (
          <Warning key={span.from}>
            {t("player.paused", {
              person: span.person ?? t("player.somebody"),
              at: duration(span.from),
              time: duration(span.to - span.from),
            })}
          </Warning>
        ))}
        {sound.customer_silent === true && <Warning>{t("player.silentCustomer")}</Warning>}
        {sound.company_silent === true && <Warning>{t("player.silentCompany")}</Warning>}
        {sound.truncated && <Warning>{t("player.truncated")}</Warning>}
        <Text className={classes["hint"]}>{t("player.keys")}</Text>
      </Stack>
    </section>
  );
}

function Warning({ children }: { children: string }) {
  return (
    <Text size="xs" c="var(--callward-waiting)">
      {children}
    </Text>
  );
}
