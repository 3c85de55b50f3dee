import { useEffect, useRef } from "react";

import type { Listening } from "@/audio/listening";

import classes from "./listen.module.css";

interface Props {
  listening: Listening;
  /** 0: the customer, 1: the manager, 2: oneself. */
  side: 0 | 1 | 2;
  label: string;
  children: string;
}

/** How loud one side is. Drawn past React: it moves ten times a second. */
export function Meter({ listening, side, label, children }: Props) {
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      listening.meter((levels) => {
        const loud = levels[side];
        bar.current?.style.setProperty("transform", `scaleX(${loud.toFixed(2)})`);
        bar.current?.parentElement?.setAttribute("aria-valuenow", String(Math.round(loud * 100)));
      }),
    [listening, side],
  );
  return (
    <span className={classes["side"]}>
      <span>{children}</span>
      <span
        className={classes["meter"]}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
      >
        <span ref={bar} className={classes["bar"]} />
      </span>
    </span>
  );
}
