import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useAct } from "../queries";

/** Keys of his programs that are still good. */
export function PersonTokens({ name }: { name: string }) {
  const t = useTexts("admin");
  const asked = useQuery({
    queryKey: ["tokens", name],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/tokens", { params: { query: { agent: name } }, signal })),
  });
  const revoke = useAct(
    (id: string) => ask(api.DELETE("/api/v1/tokens/{id}", { params: { path: { id } } })),
    [["tokens", name]],
  );
  if (asked.error !== null) return <Problem error={asked.error} retry={() => void asked.refetch()} />;
  const open = (asked.data?.items ?? []).filter((one) => one.revoked_at === null);
  return (
    <Part title={t("keys.title")}>
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
                {one.scopes === null ? t("keys.all") : one.scopes.join(", ")}
              </Text>
            </span>
            <span>
              {one.used_at === null ? t("keys.unused") : t("keys.used")}{" "}
              {one.used_at !== null && <When at={one.used_at} />}
            </span>
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
    </Part>
  );
}
