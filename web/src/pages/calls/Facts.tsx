import type { ReactNode } from "react";

import { useLanguage, useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Locked } from "@/ui/Locked";
import { duration, exact, locale } from "@/ui/time";

import classes from "./calls.module.css";
import type { Call } from "./queries";

/** What is known of a call, and whether everything that belongs to it is in step. */
export function Facts({ call }: { call: Call }) {
  const t = useTexts("calls");
  const language = useLanguage();
  const session = useSession();
  const isHidden = session.hidden.includes("phones");
  const day = new Date(call.started_at);
  const time = new Intl.DateTimeFormat(locale(language), { timeStyle: "medium" });
  const when = (at: string | null) => {
    if (at === null) return null;
    const instant = new Date(at);
    return instant.toDateString() === day.toDateString() ? time.format(instant) : exact(instant, language);
  };
  const long = (seconds: number) => (seconds > 0 ? duration(seconds) : null);
  const facts: [string, ReactNode][] = [
    [t("facts.started"), exact(day, language)],
    [t("facts.answered"), when(call.answered_at)],
    [t("facts.ended"), call.running ? t("facts.running") : when(call.ended_at)],
    [t("facts.way"), t(`direction.${call.direction}`)],
    [t("facts.number"), call.direction === "internal" ? null : isHidden ? <Locked key="number" /> : call.customer_number],
    [t("facts.line"), isHidden ? <Locked key="line" /> : call.company_number],
    [t("facts.queue"), call.queue],
    [t("facts.rang"), call.rang.join(", ") || null],
    [t("facts.answeredBy"), call.answered_by],
    [t("facts.lastAgent"), call.last_agent === call.answered_by ? null : call.last_agent],
    [t("facts.ring"), long(call.ring_seconds)],
    [t("facts.talk"), long(call.talk_seconds)],
    [t("facts.hold"), long(call.hold_seconds)],
    [t("facts.hangup"), call.hangup_by === null ? null : t(`facts.${call.hangup_by}`)],
    [
      t("facts.announced"),
      call.announcements.map((one) => t(one.whole ? "facts.whole" : "facts.partly")).join(", ") || null,
    ],
  ];
  return (
    <dl className={classes["facts"]}>
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Of what should be there for a call that ended, what is. */
export function Ledger({ call }: { call: Call }) {
  const t = useTexts("calls");
  const stored = call.recordings.some((one) => one.state === "stored");
  const isEmpty = call.recordings.every((one) => one.state === "empty");
  const recording = stored ? t("ledger.yes") : call.answered_at === null || isEmpty ? t("ledger.none") : t("ledger.no");
  const lines: [string, boolean, string][] = [
    [t("ledger.pbx"), call.complete, call.complete ? t("ledger.yes") : t("ledger.pbxOpen")],
    [t("ledger.recording"), stored || call.answered_at === null, recording],
    [t("ledger.base"), call.client_id !== null, call.client_id === null ? t("ledger.nobody") : t("ledger.yes")],
  ];
  return (
    <dl className={classes["facts"]}>
      {lines.map(([name, isGood, said]) => (
        <div key={name} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd>
            <span aria-hidden>{isGood ? "✓ " : "– "}</span>
            {said}
          </dd>
        </div>
      ))}
    </dl>
  );
}
