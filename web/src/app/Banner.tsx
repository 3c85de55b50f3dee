import { Alert, Text } from "@mantine/core";
import IconPlugOff from "@tabler/icons-react/dist/esm/icons/IconPlugConnectedX.mjs";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";

import { plainApi } from "@/api/client";
import { door } from "@/api/door";

import { useTexts } from "./i18n";

const AGAIN_MS = 3_000;
const HEALTH_MS = 30_000;

/** Over every page while something is down: what that is, and what still works. */
export function Banner() {
  const t = useTexts("common");
  const queries = useQueryClient();
  const isSilent = useSyncExternalStore(door.subscribe, () => door.isSilent);
  const wasSilent = useRef(false);
  const health = useQuery({
    queryKey: ["health"],
    queryFn: async () => {
      const { data, error } = await plainApi.GET("/health");
      return (data ?? error ?? null) as Health | null;
    },
    refetchInterval: isSilent ? AGAIN_MS : HEALTH_MS,
    retry: false,
  });
  useEffect(() => {
    if (wasSilent.current && !isSilent) void queries.invalidateQueries();
    wasSilent.current = isSilent;
  }, [isSilent, queries]);

  if (isSilent) return <Said title={t("down.title")}>{`${t("down.works")} ${t("down.kept")}`}</Said>;
  if (health.data?.ok !== false) return null;
  const reasons = (health.data.links ?? []).flatMap((link) => link.notices);
  return <Said title={t("down.unwell")}>{[...reasons, t("down.unwellWorks")].join(" ")}</Said>;
}

interface Health {
  ok?: boolean;
  links?: { notices: string[] }[] | null;
}

function Said({ title, children }: { title: string; children: string }) {
  return (
    <Alert color="orange" variant="light" radius={0} py="xs" role="status" icon={<IconPlugOff aria-hidden />}>
      <Text size="sm">
        <b>{title}.</b> {children}
      </Text>
    </Alert>
  );
}
