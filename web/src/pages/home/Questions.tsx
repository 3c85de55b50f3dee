import { Anchor, Button, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Link } from "wouter";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { setDraft, useDraft } from "@/pages/clients/drafts";
import { Duration } from "@/ui/Duration";
import { ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";
import { sayCode } from "@/ui/code";

import classes from "./home.module.css";

type Talk = components["schemas"]["TalkModel"];

const KEY = ["questions"];

/** What a supervisor asked me about talks after which nothing was entered. */
export function Questions() {
  const t = useTexts("tasks");
  const session = useSession();
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/reconciliation", {
          params: { query: { state: "asked", mine: true, limit: 20 } },
          signal,
        }),
      ),
    enabled: session.has("calls.read"),
    refetchInterval: 60_000,
  });
  const mine = (asked.data?.items ?? []).filter((talk) => talk.may.includes("answer"));
  if (mine.length === 0) return null;
  return (
    <section aria-label={t("home.questions")}>
      <Title order={2} mb="xs">
        {t("home.questions")}{" "}
        <Text span c="dimmed" inherit>
          {mine.length}
        </Text>
      </Title>
      <ul className={classes["lines"]}>
        {mine.map((talk) => (
          <li key={talk.call_id} className={classes["line"]}>
            <Question talk={talk} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Question({ talk }: { talk: Talk }) {
  const t = useTexts("tasks");
  const queries = useQueryClient();
  const key = `answer ${talk.call_id}`;
  const text = useDraft(key)?.text ?? "";
  const answer = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/reconciliation/{call_id}/answer", {
          params: { path: { call_id: talk.call_id } },
          body: { text },
        }),
      ),
    onSuccess: async () => {
      setDraft(key, null);
      await queries.invalidateQueries({ queryKey: KEY });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") answer.mutate();
  };
  return (
    <form onSubmit={submit} style={{ width: "100%" }}>
      <Stack gap={4}>
        <div>
          {talk.client_id !== null ? (
            <Anchor component={Link} inherit href={`/clients/${talk.client_id}`}>{talk.client_name ?? sayCode(talk.short_code) ?? "–"}</Anchor>
          ) : (
            t("home.hidden")
          )}{" "}
          <Text span size="xs" c="dimmed">
            <Anchor component={Link} inherit href={`/calls/${talk.call_id}`}>
              <When at={talk.started_at} />
            </Anchor>
            {" · "}
            <Duration seconds={talk.talk_seconds} />
          </Text>
        </div>
        <Text size="sm">
          {t("home.asked", { person: talk.asked_by ?? "–" })} {talk.text ?? t("home.whatCame")}
        </Text>
        <Textarea
          autosize
          minRows={1}
          aria-label={t("home.answerHint")}
          placeholder={t("home.answerHint")}
          value={text}
          onChange={(event) => setDraft(key, { text: event.currentTarget.value })}
        />
        {text !== "" && (
          <Button type="submit" loading={answer.isPending} style={{ alignSelf: "flex-start" }}>
            {t("home.answer")}
          </Button>
        )}
        {answer.error !== null && <ProblemText error={answer.error} />}
      </Stack>
    </form>
  );
}
