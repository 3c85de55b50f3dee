import IconChecklist from "@tabler/icons-react/dist/esm/icons/IconChecklist.mjs";
import IconEye from "@tabler/icons-react/dist/esm/icons/IconEye.mjs";
import IconNote from "@tabler/icons-react/dist/esm/icons/IconNote.mjs";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import IconPhoneIncoming from "@tabler/icons-react/dist/esm/icons/IconPhoneIncoming.mjs";
import IconPhoneOutgoing from "@tabler/icons-react/dist/esm/icons/IconPhoneOutgoing.mjs";
import type { ReactNode } from "react";

import { useLanguage, useTexts } from "@/app/i18n";
import { Until } from "@/pages/tasks/Until";
import { clock, exact } from "@/ui/time";
import { When } from "@/ui/When";

import type { Client } from "../queries";
import { CallLine } from "./CallLine";
import classes from "./card.module.css";
import { ChangeLine } from "./ChangeLine";
import type { gathered } from "./changes";
import { NoteLine } from "./NoteLine";
import type { Line } from "./timeline";

type Shown = ReturnType<typeof gathered>[number];

/** One thing that happened. */
export function TimelineLine({ line, card }: { line: Shown; card: Client }) {
  return (
    <li className={classes["line"]}>
      <span className={classes["icon"]}>
        <Sign line={line} />
      </span>
      <div className={classes["text"]}>
        <Told line={line} card={card} />
      </div>
      <Clock at={line.at} />
    </li>
  );
}

function Told({ line, card }: { line: Shown; card: Client }): ReactNode {
  switch (line.kind) {
    case "call":
      return <CallLine call={line} />;
    case "note":
      return <NoteLine note={line.note} card={card} />;
    case "task":
      return <TaskTold task={line} />;
    case "changes":
      return <ChangeLine changes={line} card={card} />;
    case "look":
      return <LookTold look={line} />;
  }
}

function TaskTold({ task }: { task: Extract<Line, { kind: "task" }> }) {
  const t = useTexts("clients");
  const what = task.task === "callback" ? t("task.callback") : (task.text ?? "–");
  return (
    <>
      <span className={task.closed_at !== null ? classes["struck"] : undefined}>{what}</span>
      <span className={classes["quiet"]}>
        {" · "}
        {task.agent ?? t("task.group")}
        {task.closed_at !== null ? (
          <>
            {" · "}
            {t("task.closed")} <When at={task.closed_at} />
          </>
        ) : (
          task.due_at !== null && (
            <>
              {" · "}
              {t("task.due")} <Until at={task.due_at} />
            </>
          )
        )}
      </span>
    </>
  );
}

function LookTold({ look }: { look: Extract<Line, { kind: "look" }> }) {
  const t = useTexts("clients");
  return (
    <span className={classes["quiet"]}>
      {t("timeline.looked", { person: look.person, count: look.times })}
    </span>
  );
}

function Sign({ line }: { line: Shown }) {
  const drawn = { size: 16, stroke: 1.5, "aria-hidden": true } as const;
  switch (line.kind) {
    case "call":
      return line.direction === "outbound" ? <IconPhoneOutgoing {...drawn} /> : <IconPhoneIncoming {...drawn} />;
    case "note":
      return <IconNote {...drawn} />;
    case "task":
      return <IconChecklist {...drawn} />;
    case "changes":
      return <IconPencil {...drawn} />;
    case "look":
      return <IconEye {...drawn} />;
  }
}

function Clock({ at }: { at: string }) {
  const language = useLanguage();
  const instant = new Date(at);
  return (
    <time className={classes["aside"]} dateTime={at} title={exact(instant, language)}>
      {clock(instant, language)}
    </time>
  );
}
