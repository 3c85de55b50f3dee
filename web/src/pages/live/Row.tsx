import IconHeadphones from "@tabler/icons-react/dist/esm/icons/IconHeadphones.mjs";
import { memo, type ReactNode } from "react";

import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { duration } from "@/ui/time";
import { StateMark } from "@/ui/StateMark";

import { Actions, type Does } from "./Actions";
import classes from "./live.module.css";
import { isMissed } from "./rows";
import { Timer } from "./Timer";
import { Who } from "./Who";

interface Props {
  call: LiveCall;
  /** From 1, the headings being the first row. */
  index: number;
  /** Where it stands, in px. */
  top: number;
  isNew: boolean;
  /** What is open under it. */
  strip: ReactNode;
  onDo: (call: LiveCall, what: Does) => void;
}

/** One call. Painted anew only when the call itself is another object. */
export const Row = memo(function Row({ call, index, top, isNew, strip, onDo }: Props) {
  const isOver = call.state === "ended";
  return (
    <div className={classes["row"]} data-state={call.state} data-new={isNew || undefined} style={{ transform: `translateY(${top}px)` }}>
      <div
        className={classes["line"]}
        role="row"
        aria-rowindex={index}
        tabIndex={0}
        data-call={call.id}
        onKeyDown={(event) => {
          if (event.key === "Enter" && event.target === event.currentTarget) onDo(call, "call");
        }}
      >
        <div role="cell" className={classes["client"]}>
          <Who call={call} />
        </div>
        <div role="cell" className={classes["manager"]}>
          <People call={call} />
          <Monitors call={call} />
        </div>
        <div role="cell" className={classes["state"]}>
          <StateMark state={isMissed(call) ? "missed" : call.state} />
        </div>
        <div role="cell" className={classes["way"]}>
          <Way call={call} />
        </div>
        <div role="cell" className={classes["time"]}>
          {isOver ? <span>{duration(lasted(call))}</span> : <Timer since={call.since} />}
        </div>
        <div role="cell" className={classes["does"]}>
          {!isOver && <Actions call={call} onDo={onDo} />}
        </div>
      </div>
      {strip}
    </div>
  );
});

function lasted(call: LiveCall): number {
  return (Date.parse(call.since) - Date.parse(call.answered_at ?? call.started_at)) / 1000;
}

/** Who is there beside the two who talk. */
function Monitors({ call }: { call: LiveCall }) {
  const t = useTexts("live");
  if (call.monitored_by.length === 0) return null;
  const all = call.monitored_by
    .map((one) => t("does.monitored", { person: one.person ?? "", mode: t(`mode.${one.mode}`) }))
    .join(", ");
  return (
    <span className={classes["monitored"]} title={all}>
      <IconHeadphones size={14} stroke={1.5} aria-hidden />
      {all}
    </span>
  );
}

/** By which way it came; while its recording is paused, that. */
function Way({ call }: { call: LiveCall }) {
  const t = useTexts("live");
  if (call.paused === null) return call.queue ?? t(`way.${call.way}`);
  return (
    <span title={call.paused.person === null ? undefined : t("pause.by", { person: call.paused.person })}>
      <StateMark state="unrecorded">{t("pause.short")}</StateMark>
    </span>
  );
}

/** Who talk; else whose phones ring. */
function People({ call }: { call: LiveCall }) {
  const t = useTexts("live");
  if (call.agents.length === 0 && call.ringing.length === 0) {
    return <span className={classes["untold"]}>{t("who.nobody")}</span>;
  }
  return (
    <>
      {call.agents.length > 0 && <span>{call.agents.join(", ")}</span>}
      {call.ringing.length > 0 && <span className={classes["rung"]}>{call.ringing.join(", ")}</span>}
    </>
  );
}
