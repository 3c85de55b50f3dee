import type { ReactNode } from "react";

import { useTexts } from "@/app/i18n";
import type { Texts } from "@/texts";

import classes from "./marks.module.css";

export type State = keyof Texts["common"]["state"];

type Shape = "solid" | "ring" | "half" | "dash" | "cross" | "bars";

const LOOKS: Readonly<Record<State, { shape: Shape; color: string }>> = {
  ringing: { shape: "ring", color: "var(--callward-ringing)" },
  talking: { shape: "solid", color: "var(--callward-talking)" },
  on_hold: { shape: "half", color: "var(--callward-waiting)" },
  waiting: { shape: "ring", color: "var(--callward-waiting)" },
  ended: { shape: "dash", color: "var(--mantine-color-dimmed)" },
  missed: { shape: "cross", color: "var(--callward-missed)" },
  answered: { shape: "solid", color: "var(--mantine-color-dimmed)" },
  free: { shape: "ring", color: "var(--callward-talking)" },
  away: { shape: "dash", color: "var(--mantine-color-dimmed)" },
  unrecorded: { shape: "bars", color: "var(--callward-waiting)" },
};

/** A state by word, shape and colour. `children` stands in for the word. */
export function StateMark({ state, children }: { state: State; children?: ReactNode }) {
  const t = useTexts("common");
  const { shape, color } = LOOKS[state];
  const motion = state === "ringing" ? ` ${classes["pulse"]}` : "";
  return (
    <span className={classes["state"]}>
      <svg className={`${classes["shape"]}${motion}`} viewBox="0 0 10 10" style={{ color }} aria-hidden>
        {DRAWN[shape]}
      </svg>
      <span className={state === "missed" ? classes["struck"] : undefined}>{children ?? t(`state.${state}`)}</span>
    </span>
  );
}

const DRAWN: Readonly<Record<Shape, ReactNode>> = {
  solid: <circle cx="5" cy="5" r="4.5" fill="currentColor" />,
  ring: <circle cx="5" cy="5" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  half: (
    <>
      <circle cx="5" cy="5" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5 1.25a3.75 3.75 0 0 1 0 7.5z" fill="currentColor" />
    </>
  ),
  dash: <path d="M1 5h8" stroke="currentColor" strokeWidth="2" />,
  bars: <path d="M3 1v8M7 1v8" stroke="currentColor" strokeWidth="2" />,
  cross: <path d="M1.5 1.5l7 7m0-7l-7 7" stroke="currentColor" strokeWidth="2" />,
};
