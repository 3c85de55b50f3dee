import { useComputedColorScheme } from "@mantine/core";
import { type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import WaveSurfer from "wavesurfer.js";

import { api, ask, plainApi } from "@/api/client";

import { audioOf, type Sound } from "./queries";
import { behind, silences, type Span } from "./silence";

export const SPEEDS = [1, 1.25, 1.5, 1.75, 2] as const;

const FULL_SCALE = 255;
const SIDE_HEIGHT = 48;
const KEPT_SPEED = "callward.speed";
const KEPT_SKIP = "callward.skip-silence";

export interface SoundPlayer {
  /** Seconds from the recording's beginning. */
  now: number;
  length: number;
  isPlaying: boolean;
  hasFailed: boolean;
  speed: number;
  skips: boolean;
  /** What would be skipped. */
  quiet: readonly Span[];
  toggle: () => void;
  go: (seconds: number) => void;
  setSpeed: (speed: number) => void;
  setSkips: (skips: boolean) => void;
}

/** The sound of one recording: nothing of it is fetched before somebody plays it. */
export function useSoundPlayer(
  sound: Sound,
  wave: RefObject<HTMLDivElement | null>,
  onTime: (seconds: number) => void,
): SoundPlayer {
  const scheme = useComputedColorScheme("light");
  const player = useRef<WaveSurfer | null>(null);
  const [now, setNow] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const [speed, setSpeed] = useState(keptSpeed);
  const [skips, setSkips] = useState(() => localStorage.getItem(KEPT_SKIP) === "1");
  const length = sound.duration_seconds ?? 0;
  const quiet = useMemo(
    () => silences(sound.customer_peaks, sound.company_peaks, length),
    [sound.customer_peaks, sound.company_peaks, length],
  );

  const told = useEffectEvent((seconds: number) => {
    const next = skips && player.current?.isPlaying() ? behind(quiet, seconds) : null;
    if (next !== null) player.current?.setTime(Math.min(next, length));
    setNow(seconds);
    onTime(seconds);
  });
  const rate = useEffectEvent((media: HTMLAudioElement) => {
    media.defaultPlaybackRate = speed;
    media.playbackRate = speed;
  });

  useEffect(() => {
    const container = wave.current;
    if (container === null) return undefined;
    const media = new Audio();
    media.preload = "none";
    media.src = audioOf(sound.id);
    rate(media);
    const made = WaveSurfer.create({
      container,
      media,
      duration: length,
      peaks: [sound.customer_peaks.map(scaled), sound.company_peaks.map(scaled)],
      height: SIDE_HEIGHT,
      splitChannels: [colours(container, "--callward-ringing"), colours(container, "--callward-talking")],
      cursorWidth: 0,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      barMinHeight: 1,
      hideScrollbar: true,
      dragToSeek: { debounceTime: 0 },
    });
    player.current = made;
    made.on("timeupdate", told);
    made.on("play", () => setPlaying(true));
    made.on("pause", () => setPlaying(false));
    made.on("finish", () => setPlaying(false));
    const failed = () => {
      setFailed(true);
      void signedInAgain().then((again) => {
        if (!again) return;
        setFailed(false);
        media.load();
      });
    };
    const loaded = () => setFailed(false);
    media.addEventListener("error", failed);
    media.addEventListener("loadedmetadata", loaded);
    return () => {
      player.current = null;
      media.removeEventListener("error", failed);
      media.removeEventListener("loadedmetadata", loaded);
      made.destroy();
      media.pause();
      media.removeAttribute("src");
      media.load();
      setPlaying(false);
    };
  }, [sound.id, sound.customer_peaks, sound.company_peaks, length, scheme, wave]);

  return {
    now,
    length,
    isPlaying,
    hasFailed,
    speed,
    skips,
    quiet,
    toggle: () => {
      player.current?.playPause().catch(() => setFailed(true));
    },
    go: (seconds) => {
      const there = Math.min(length, Math.max(0, seconds));
      player.current?.setTime(there);
      setNow(there);
      onTime(there);
    },
    setSpeed: (wanted) => {
      setSpeed(wanted);
      localStorage.setItem(KEPT_SPEED, String(wanted));
      const media = player.current?.getMediaElement();
      if (media) media.defaultPlaybackRate = wanted;
      player.current?.setPlaybackRate(wanted, true);
    },
    setSkips: (wanted) => {
      setSkips(wanted);
      localStorage.setItem(KEPT_SKIP, wanted ? "1" : "0");
    },
  };
}

/** Whether that was why: the sound asks for itself, past what waits for who signs in. */
async function signedInAgain(): Promise<boolean> {
  const { response } = await plainApi.GET("/api/v1/session");
  if (response.status !== 401) return false;
  await ask(api.GET("/api/v1/session"));
  return true;
}

function keptSpeed(): number {
  const kept = Number(localStorage.getItem(KEPT_SPEED));
  return SPEEDS.find((speed) => speed === kept) ?? 1;
}

/** Softer than linear, so that a quiet voice is seen beside a loud one. */
function scaled(peak: number): number {
  return Math.sqrt(peak / FULL_SCALE);
}

/** Canvases take no variables; what was played is drawn over the rest, which is paler. */
function colours(element: Element, name: string) {
  return {
    progressColor: resolved(element, `var(${name})`),
    waveColor: resolved(element, `color-mix(in srgb, var(${name}) 45%, var(--mantine-color-body))`),
    overlay: false,
  };
}

function resolved(element: Element, colour: string): string {
  const probe = document.createElement("span");
  probe.style.color = colour;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
