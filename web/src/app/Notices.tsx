import { ActionIcon, Indicator, Popover, ScrollArea, Stack, Text, UnstyledButton } from "@mantine/core";
import IconBell from "@tabler/icons-react/dist/esm/icons/IconBell.mjs";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";

import { api, ask } from "@/api/client";
import { useEvents } from "@/api/events";
import type { components } from "@/api/schema";
import { Problem } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "./frame.module.css";
import { useTexts } from "./i18n";

type Notice = components["schemas"]["NoticeModel"];

export const NOTICES = ["notices"] as const;

/** What one is told: how many are new, and the newest ones. */
export function Notices() {
  const t = useTexts("common");
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const notices = useQuery({
    queryKey: NOTICES,
    queryFn: () => ask(api.GET("/api/v1/notices", { params: { query: { limit: 20 } } })),
  });
  const read = useMutation({
    mutationFn: (ids: string[]) => ask(api.PATCH("/api/v1/notices", { body: { ids } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: NOTICES }),
  });
  useEvents("notice", () => void queries.invalidateQueries({ queryKey: NOTICES }));

  const items = notices.data?.items ?? [];
  const unread = notices.data?.unread ?? 0;

  function toggle(wanted: boolean) {
    setOpen(wanted);
    // Read is what was seen: told once the list is closed again.
    const seen = items.filter((one) => one.read_at === null).map((one) => one.id);
    if (!wanted && seen.length > 0) read.mutate(seen);
  }

  const label = unread > 0 ? t("notices.unread", { count: unread }) : t("notices.title");
  return (
    <Popover opened={isOpen} onChange={toggle} position="bottom-end" width={340} trapFocus>
      <Indicator disabled={unread === 0} label={unread > 99 ? "99+" : unread} size={16} offset={6} color="red.8">
        <Popover.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={() => toggle(!isOpen)}>
            <IconBell size={20} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p="xs" aria-label={t("notices.title")}>
        {notices.error !== null && <Problem error={notices.error} />}
        {notices.data !== undefined && items.length === 0 && (
          <Text size="sm" c="dimmed" p="sm">
            {t("notices.empty")}
          </Text>
        )}
        <ScrollArea.Autosize mah="60vh" viewportProps={{ tabIndex: 0 }}>
          <Stack gap={0}>
            {items.map((notice) => (
              <Line key={notice.id} notice={notice} leave={() => toggle(false)} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

function Line({ notice, leave }: { notice: Notice; leave: () => void }) {
  const [, navigate] = useLocation();
  const target = pageOf(notice.about);
  const said = (
    <>
      <Text size="sm" fw={notice.read_at === null ? 600 : 400}>
        {notice.text}
      </Text>
      <Text size="xs" c="dimmed">
        <When at={notice.created_at} />
      </Text>
    </>
  );
  if (target === null) return <div className={classes["notice"]}>{said}</div>;
  return (
    <UnstyledButton
      className={classes["notice"]}
      onClick={() => {
        leave();
        navigate(target);
      }}
    >
      {said}
    </UnstyledButton>
  );
}

/** The page on which is what a notice is about. */
function pageOf(about: Readonly<Record<string, unknown>>): string | null {
  if (typeof about["client"] === "string") return `/clients/${about["client"]}`;
  if (typeof about["task"] === "string") return "/tasks";
  if (typeof about["call"] === "string") return `/calls/${about["call"]}`;
  return null;
}
