import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { Part } from "@/pages/admin/Facts";
import { useAct } from "@/pages/admin/queries";
import { Problem, ProblemText } from "@/ui/Problem";
import { useNow } from "@/ui/useNow";
import { When } from "@/ui/When";

import classes from "./account.module.css";

interface Props {
  /** Whose they are. */
  name: string;
  /** What makes another. */
  children?: ReactNode;
}

/** Keys of somebody's programs that were not revoked. */
export function Tokens({ name, children }: Props) {
  const t = useTexts("account");
  const admin = useTexts("admin");
  const now = useNow("minute");
  const key = ["tokens", name];
  const asked = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/tokens", { params: { query: { agent: name } }, signal })),
  });
  const revoke = useAct((id: string) => ask(api.DELETE("/api/v1/tokens/{id}", { params: { path: { id } } })), [key]);
  if (asked.error !== null) return <Problem error={asked.error} retry={() => void asked.refetch()} />;
  const open = (asked.data?.items ?? []).filter((one) => one.revoked_at === null);
  return (
    <Part title={t("keys.title")} what={children === undefined ? undefined : t("keys.what")}>
      {asked.isSuccess && open.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("keys.none")}
        </Text>
      )}
      <ul className={classes["lines"]}>
        {open.map((one) => (
          <li key={one.id}>
            <span className={classes["grow"]}>
              {one.label ?? t("keys.unnamed")}{" "}
              <Text span c="dimmed" inherit>
                {one.scopes === null ? t("keys.all") : one.scopes.map((right) => admin(`right.${right}`)).join(", ")}
              </Text>
            </span>
            <span>
              {one.used_at === null ? t("keys.unused") : t("keys.used")}{" "}
              {one.used_at !== null && <When at={one.used_at} />}
            </span>
            {one.expires_at !== null && (
              <span>
                {new Date(one.expires_at).getTime() <= now ? t("keys.ended") : t("keys.ends")}{" "}
                <When at={one.expires_at} />
              </span>
            )}
            <Button
              size="compact-xs"
              variant="default"
              loading={revoke.isPending && revoke.variables === one.id}
              onClick={() => revoke.mutate(one.id)}
            >
              {t("keys.revoke")}
            </Button>
          </li>
        ))}
      </ul>
      {revoke.error !== null && <ProblemText error={revoke.error} />}
      {children}
    </Part>
  );
}
