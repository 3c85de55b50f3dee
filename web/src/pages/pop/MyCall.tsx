import { Button, Group } from "@mantine/core";
import { useEffect, useState } from "react";

import { type LiveCall, useLive } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { HangUp } from "@/pages/live/HangUp";
import { Timer } from "@/pages/live/Timer";
import { Who } from "@/pages/live/Who";
import { StateMark } from "@/ui/StateMark";

import { HoldButton } from "./HoldButton";
import { PauseButton, PausedMark } from "./PauseButton";
import classes from "./pop.module.css";
import { Pop } from "./Pop";
import { mineOf, ringingOf, talks, useWaiting } from "./talks";
import { WrapUp } from "./WrapUp";

/** The bar of my call, the card of who rings at me, and what came of the last talk. */
export default function MyCall() {
  const { person } = useSession();
  const calls = useLive((live) => live.calls);
  const mine = useLive((live) => mineOf(live.calls.values(), person));
  const rings = useLive((live) => ringingOf(live.calls.values(), person));
  const [talk, ...others] = useWaiting();
  // It opens by itself with the first ring, and is shut by hand: for that call.
  const [chosen, setChosen] = useState<{ call: string; isOpen: boolean } | null>(null);

  // How often the field for the note was asked for: it takes the focus each time.
  const [writing, setWriting] = useState(0);

  useEffect(() => talks.see(calls, person, () => new Date().toISOString()), [calls, person]);

  const shown = rings ?? mine;
  const isRinging = shown !== null && shown === rings;
  const isOpen = shown !== null && (chosen?.call === shown.id ? chosen.isOpen : true);
  return (
    <div className={classes["dock"]} ref={keepDrawersAbove}>
      {shown !== null && isOpen && <Pop key={shown.id} call={shown} isRinging={isRinging} writing={writing} />}
      {shown === null && talk !== undefined && <WrapUp key={talk.call.id} talk={talk} more={others.length} />}
      {shown !== null && (
        <Bar
          call={shown}
          isRinging={isRinging}
          isOpen={isOpen}
          onCard={() => setChosen({ call: shown.id, isOpen: !isOpen })}
          onNote={() => {
            setChosen({ call: shown.id, isOpen: true });
            setWriting((times) => times + 1);
          }}
        />
      )}
    </div>
  );
}

/** Drawers end where the bar begins (`--callward-dock`), so that neither hides the other. */
function keepDrawersAbove(dock: HTMLDivElement | null): (() => void) | undefined {
  if (dock === null) return undefined;
  const root = document.documentElement.style;
  const measure = () => {
    const { top, height } = dock.getBoundingClientRect();
    root.setProperty("--callward-dock", height === 0 ? "0px" : `${window.innerHeight - top}px`);
  };
  const observer = new ResizeObserver(measure);
  observer.observe(dock);
  window.addEventListener("resize", measure);
  return () => {
    observer.disconnect();
    window.removeEventListener("resize", measure);
    root.removeProperty("--callward-dock");
  };
}

interface BarProps {
  call: LiveCall;
  isRinging: boolean;
  isOpen: boolean;
  onCard: () => void;
  onNote: () => void;
}

function Bar({ call, isRinging, isOpen, onCard, onNote }: BarProps) {
  const t = useTexts("live");
  const { hidden } = useSession();
  const canNote = call.client !== null && !hidden.includes("notes");
  const [ending, setEnding] = useState(false);
  const calls = call.direction !== "inbound" && call.answered_at === null;
  const word = isRinging ? t("bar.ringing") : t(calls ? "bar.calling" : "bar.inCall");
  return (
    <section className={classes["bar"]} aria-label={t("bar.label")} data-ringing={isRinging || undefined}>
      <span className={classes["who"]}>
        <Who call={call} />
      </span>
      <StateMark state={call.state}>{call.state === "on_hold" ? undefined : word}</StateMark>
      <span className={classes["time"]}>
        <Timer since={call.since} />
      </span>
      {call.paused !== null && <PausedMark paused={call.paused} />}
      {call.monitored_by.map((one) => (
        <span key={one.person} className={classes["monitored"]} role="status">
          {t("bar.monitored", { person: one.person ?? "" })}
        </span>
      ))}
      <Group className={classes["does"] ?? ""} gap="xs" ml="auto">
        <Button variant={isRinging && !isOpen ? "filled" : "default"} aria-expanded={isOpen} onClick={onCard}>
          {t(isOpen ? "bar.hideCard" : "bar.card")}
        </Button>
        {!isRinging && <HoldButton call={call} />}
        {!isRinging && <PauseButton call={call} />}
        {!isRinging && canNote && <Button variant="default" onClick={onNote}>{t("bar.note")}</Button>}
        {call.can.hangup && !isRinging && (
          <Button variant="light" color="red" onClick={() => setEnding(true)}>
            {t("bar.hangup")}
          </Button>
        )}
      </Group>
      <HangUp call={ending ? call : null} onClose={() => setEnding(false)} />
    </section>
  );
}
