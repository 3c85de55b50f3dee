import { Button, Progress as Bar, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { Problem } from "@/ui/Problem";

const AGAIN_MS = 700;

/** How far a division is. */
export function Progress({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useTexts("admin");
  const asked = useQuery({
    queryKey: ["divisions", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/divisions/{id}", { params: { path: { id } }, signal })),
    refetchInterval: (query) => (query.state.data?.state === "running" ? AGAIN_MS : false),
  });
  if (asked.error !== null) return <Problem error={asked.error} retry={() => void asked.refetch()} />;
  if (asked.data === undefined) return <Skeleton h={80} />;
  const { total, left, state, passed } = asked.data;
  return (
    <Stack gap="md">
      <div aria-live="polite">
        <Text size="sm">
          {t("division.progress", { done: total - left, total })} {state === "done" && t("division.done")}
        </Text>
        {passed !== null && passed > 0 && <Text size="sm">{t("division.passed", { count: passed })}</Text>}
      </div>
      <Bar aria-label={t("section.division")} value={total === 0 ? 100 : (100 * (total - left)) / total} maw={480} />
      {state === "done" && (
        <Button variant="default" w="fit-content" onClick={onDone}>
          {t("close")}
        </Button>
      )}
    </Stack>
  );
}
