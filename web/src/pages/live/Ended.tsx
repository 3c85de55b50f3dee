import { memo } from "react";
import { Link } from "wouter";

import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { StateMark } from "@/ui/StateMark";
import { When } from "@/ui/When";

import classes from "./live.module.css";
import { isMissed } from "./rows";
import { Who } from "./Who";

/** Calls that ended a moment ago: out of the way, and still at hand. */
export function Ended({ calls }: { calls: readonly LiveCall[] }) {
  const t = useTexts("live");
  if (calls.length === 0) return null;
  return (
    <details className={classes["ended"]}>
      <summary>{t("ended.title", { count: calls.length })}</summary>
      <ul className={classes["endedList"]}>
        {calls.map((call) => (
          <EndedCall key={call.id} call={call} />
        ))}
      </ul>
    </details>
  );
}

const EndedCall = memo(function EndedCall({ call }: { call: LiveCall }) {
  const t = useTexts("live");
  return (
    <li className={classes["endedCall"]}>
      <StateMark state={isMissed(call) ? "missed" : "ended"} />
      <span>
        <Who call={call} />
      </span>
      <span>{call.agents.join(", ")}</span>
      <When at={call.since} />
      <Link href={`/calls/${call.id}`}>{t("ended.open")}</Link>
    </li>
  );
});
