import { Anchor, Button, Group, Skeleton, Stack, Text, Textarea } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { setDraft, useDraft } from "@/pages/clients/drafts";
import { useOutcomeWords } from "@/ui/outcomes";
import { Problem, ProblemText } from "@/ui/Problem";
import { duration } from "@/ui/time";
import { When } from "@/ui/When";

import classes from "../control.module.css";
import { type Talk, useAsk, useSettle, useTalk } from "../queries";
import { Who } from "../Who";

/** What was said about one talk, and what a supervisor can do about it. */
export function OneTalk({ id }: { id: string }) {
  const talk = useTalk(id);
  if (talk.error !== null) return <Problem error={talk.error} retry={() => void talk.refetch()} />;
  if (talk.data === undefined) return <Skeleton h={120} />;
  return <Said talk={talk.data} />;
}

function Said({ talk }: { talk: Talk }) {
  const t = useTexts("control");
  const session = useSession();
  const outcome = useOutcomeWords(talk.outcome);
  const managers = talk.managers.join(", ");
  const isAsked = talk.asked_by !== null && talk.asked_at !== null;
  const isOwn = talk.may.includes("answer") && talk.managers.includes(session.person);
  return (
    <Stack gap="md">
      <div>
        <p className={classes["said"]}>
          {t(talk.entered ? "talks.something" : "talks.nothing", { managers, talk: duration(talk.talk_seconds) })}
        </p>
        <Group gap="md">
          <Who of={talk} />
          <Text size="sm" c="dimmed">
            <When at={talk.started_at} />
          </Text>
          <Anchor component={Link} size="sm" href={`/calls/${talk.call_id}/page`}>
            {t("openCall")}
          </Anchor>
        </Group>
      </div>
      {outcome !== null && <Text size="sm">{t("talks.outcome", { outcome })}</Text>}
      {isAsked && (
        <Voice head={t("talks.question", { person: talk.asked_by })} at={talk.asked_at}>
          {talk.text ?? t("talks.whatCame")}
        </Voice>
      )}
      {talk.answer !== null && (
        <Voice head={t("talks.answerOf", { person: talk.person })} at={talk.answered_at}>
          {talk.answer}
        </Voice>
      )}
      {talk.settled_by !== null && (
        <Voice head={t("talks.settledBy", { person: talk.settled_by })} at={talk.settled_at}>
          {talk.reason}
        </Voice>
      )}
      {isOwn && <Text size="sm">{t("talks.own")}</Text>}
      {talk.may.includes("ask") && <AskForm talk={talk} />}
      {talk.may.includes("settle") && <SettleForm talk={talk} />}
      {talk.state === "open" && talk.may.includes("settle") && !talk.may.includes("ask") && (
        <Text size="sm" c="dimmed">
          {t("talks.nobody")}
        </Text>
      )}
    </Stack>
  );
}

function Voice({ head, at, children }: { head: string; at: string | null; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {head} {at !== null && <When at={at} />}
      </Text>
      <blockquote className={classes["quote"]}>{children}</blockquote>
    </div>
  );
}

function AskForm({ talk }: { talk: Talk }) {
  const t = useTexts("control");
  const asking = useAsk();
  const key = `ask ${talk.call_id}`;
  const written = useDraft(key)?.text ?? "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = written.trim();
    asking.mutate(
      { call_id: talk.call_id, ...(text === "" ? {} : { text }) },
      { onSuccess: () => setDraft(key, null) },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" align="flex-start">
        <Textarea
          w="100%"
          size="xs"
          autosize
          minRows={1}
          label={t("talks.words")}
          value={written}
          onChange={(event) => setDraft(key, { text: event.currentTarget.value })}
        />
        {asking.error !== null && <ProblemText error={asking.error} />}
        <Button type="submit" loading={asking.isPending}>
          {t("talks.askOf", { person: talk.managers.at(-1) ?? "–" })}
        </Button>
      </Stack>
    </form>
  );
}

function SettleForm({ talk }: { talk: Talk }) {
  const t = useTexts("control");
  const settling = useSettle();
  const key = `settle ${talk.call_id}`;
  const reason = useDraft(key)?.text ?? "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === "") return;
    settling.mutate({ call_id: talk.call_id, reason }, { onSuccess: () => setDraft(key, null) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" align="flex-start">
        <Textarea
          w="100%"
          size="xs"
          autosize
          minRows={1}
          required
          label={t("talks.reason")}
          value={reason}
          onChange={(event) => setDraft(key, { text: event.currentTarget.value })}
        />
        {settling.error !== null && <ProblemText error={settling.error} />}
        <Button type="submit" variant="default" loading={settling.isPending} disabled={reason.trim() === ""}>
          {t("talks.settleIt")}
        </Button>
      </Stack>
    </form>
  );
}
