import { Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { keys, type Person, useAct } from "../queries";
import { PersonTokens } from "./PersonTokens";

/** How he comes in: password, one-time codes, open sessions, keys of his programs. */
export function PersonSignIn({ person }: { person: Person }) {
  return (
    <Stack gap="lg">
      <Password person={person} />
      <Sessions name={person.name} />
      <PersonTokens name={person.name} />
    </Stack>
  );
}

function Password({ person }: { person: Person }) {
  const t = useTexts("admin");
  const path = { name: person.name };
  const [isAsked, setAsked] = useState(false);
  const give = useAct(
    () => ask(api.PUT("/api/v1/people/{name}/password", { params: { path }, body: {} })),
    [keys.people],
    () => setAsked(false),
  );
  const take = useAct(
    (what: "password" | "totp" | "lockout") =>
      ask(api.DELETE(`/api/v1/people/{name}/${what}`, { params: { path } })),
    [keys.people],
  );
  const made = give.data?.password;
  return (
    <Part title={t("password.title")} what={t("password.what", { name: person.name })}>
      <Stack gap="sm">
        {made !== undefined && made !== null && (
          <Group gap="sm" role="status">
            <Code fz="md">{made}</Code>
            <CopyButton value={made}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {t(copied ? "password.copied" : "password.copy")}
                </Button>
              )}
            </CopyButton>
            <Text size="sm" c="dimmed">
              {t("password.once")}
            </Text>
          </Group>
        )}
        <Group gap="sm">
          <Button loading={give.isPending} onClick={() => (person.has_password ? setAsked(true) : give.mutate(undefined))}>
            {t("password.give")}
          </Button>
          {person.has_password && (
            <Button
              variant="default"
              loading={take.isPending && take.variables === "password"}
              onClick={() => take.mutate("password")}
            >
              {t("password.take")}
            </Button>
          )}
          <Button
            variant="default"
            loading={take.isPending && take.variables === "totp"}
            onClick={() => take.mutate("totp")}
          >
            {t("password.totp")}
          </Button>
          <Button
            variant="default"
            loading={take.isPending && take.variables === "lockout"}
            onClick={() => take.mutate("lockout")}
          >
            {t("password.unlock")}
          </Button>
        </Group>
        {take.isSuccess && (
          <Text size="sm" c="dimmed" role="status">
            {t("done")}
          </Text>
        )}
        {take.error !== null && <ProblemText error={take.error} />}
        {give.error !== null && !isAsked && <ProblemText error={give.error} />}
      </Stack>
      <ConfirmNumbers
        opened={isAsked}
        title={t("password.give")}
        act={t("password.give")}
        isRunning={give.isPending}
        error={give.error}
        onConfirm={() => give.mutate(undefined)}
        onClose={() => setAsked(false)}
      >
        {t("password.confirm", { name: person.name })}
      </ConfirmNumbers>
    </Part>
  );
}

function Sessions({ name }: { name: string }) {
  const t = useTexts("admin");
  const session = useSession();
  const asked = useQuery({
    queryKey: ["sessions", name],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/sessions", { params: { query: { person: name } }, signal })),
  });
  const close = useAct(
    (id: string) => ask(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } })),
    [["sessions", name]],
  );
  if (asked.error !== null) return <Problem error={asked.error} retry={() => void asked.refetch()} />;
  const open = asked.data?.items ?? [];
  return (
    <Part title={t("sessions.title")}>
      {asked.isSuccess && open.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("sessions.none")}
        </Text>
      )}
      <ul className={classes["lines"]}>
        {open.map((one) => (
          <li key={one.id}>
            <span className={classes["grow"]}>
              {one.browser ?? t("sessions.unknown")}{" "}
              <Text span c="dimmed" inherit>
                {one.address} · {t(`sessions.${one.method}`)}
              </Text>
            </span>
            <span>
              {t("sessions.seen")} <When at={one.seen_at} />
            </span>
            {one.current && name === session.person ? (
              <Text span c="dimmed" inherit>
                {t("sessions.this")}
              </Text>
            ) : (
              <Button
                size="compact-xs"
                variant="default"
                loading={close.isPending && close.variables === one.id}
                onClick={() => close.mutate(one.id)}
              >
                {t("sessions.close")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {close.error !== null && <ProblemText error={close.error} />}
    </Part>
  );
}
