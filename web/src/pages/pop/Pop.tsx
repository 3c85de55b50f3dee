import { Textarea } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Link } from "wouter";

import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { sayCode } from "@/ui/code";
import { useWho } from "@/pages/live/Who";

import { Card } from "./Card";
import classes from "./pop.module.css";
import { talks, useDraft } from "./talks";

interface Props {
  call: LiveCall;
  isRinging: boolean;
  /** Each time that this changes, the note has the focus. */
  writing: number;
}

/** Who is at the other end, before I answer and while I talk. */
export function Pop({ call, isRinging, writing }: Props) {
  const t = useTexts("live");
  const who = useWho()(call);
  const draft = useDraft(call.id);
  const { hidden } = useSession();
  const { client } = call;
  const code = client?.short_code ?? null;
  const note = useRef<HTMLTextAreaElement>(null);
  const written = useRef(writing);
  useEffect(() => {
    if (written.current !== writing) note.current?.focus();
    written.current = writing;
  }, [writing]);
  return (
    <section className={classes["pop"]} aria-label={t("pop.label")} data-ringing={isRinging || undefined}>
      <div className={classes["popHead"]} role={isRinging ? "alert" : undefined}>
        <strong className={classes["popName"]}>{who}</strong>
        {client?.name !== null && code !== null && <span className={classes["popCode"]}>{sayCode(code)}</span>}
        {client !== null && (
          <Link className={classes["popLink"]} href={`/clients/${client.id}`}>
            {t("pop.open")}
          </Link>
        )}
      </div>
      {client === null ? (
        <p className={classes["popNone"]}>
          {call.direction === "internal" ? null : t(call.private ? "pop.noCardTold" : "pop.noCard")}
        </p>
      ) : (
        <Card client={client.id} />
      )}
      {!isRinging && client !== null && !hidden.includes("notes") && (
        <Textarea
          ref={note}
          label={t("wrapUp.note")}
          placeholder={t("wrapUp.noteHint")}
          autosize
          minRows={2}
          maxRows={6}
          value={draft.note}
          onChange={(event) => talks.type(call.id, { note: event.currentTarget.value })}
        />
      )}
    </section>
  );
}
