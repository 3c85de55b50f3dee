import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Part } from "@/pages/admin/Facts";
import { useAct } from "@/pages/admin/queries";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "./account.module.css";

/** Where somebody is signed in: one is closed; of one's own, all others at once. */
export function Sessions({ name }: { name: string }) {
  const t = useTexts("account");
  const isOwn = useSession().person === name;
  const key = ["sessions", name];
  const asked = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/sessions", { params: { query: { person: name } }, signal })),
  });
  const close = useAct((id: string) => ask(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } })), [key]);
  const closeOthers = useAct(() => ask(api.DELETE("/api/v1/sessions")), [key]);
  if (asked.error !== null) return <Problem error={asked.error} retry={() => void asked.refetch()} />;
  const open = asked.data?.items ?? [];
  const closed = closeOthers.data?.closed;
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
                {one.address} · {t(`sessions.${one.method}`)} · {t("sessions.since")} <When at={one.created_at} />
              </Text>
            </span>
            <span>
              {t("sessions.seen")} <When at={one.seen_at} />
            </span>
            {one.current && isOwn ? (
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
      {isOwn && open.some((one) => !one.current) && (
        <Button mt="sm" variant="default" loading={closeOthers.isPending} onClick={() => closeOthers.mutate(undefined)}>
          {t("sessions.closeOthers")}
        </Button>
      )}
      {closed !== undefined && (
        <Text size="sm" c="dimmed" mt="sm" role="status">
          {t("sessions.closed", { count: closed })}
        </Text>
      )}
      {close.error !== null && <ProblemText error={close.error} />}
      {closeOthers.error !== null && <ProblemText error={closeOthers.error} />}
    </Part>
  );
}
