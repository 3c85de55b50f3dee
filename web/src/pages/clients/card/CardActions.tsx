import { ActionIcon, Menu } from "@mantine/core";
import IconArchive from "@tabler/icons-react/dist/esm/icons/IconArchive.mjs";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconEye from "@tabler/icons-react/dist/esm/icons/IconEye.mjs";
import IconGitMerge from "@tabler/icons-react/dist/esm/icons/IconGitMerge.mjs";
import IconLock from "@tabler/icons-react/dist/esm/icons/IconLock.mjs";
import IconLockOpen from "@tabler/icons-react/dist/esm/icons/IconLockOpen.mjs";
import { useState } from "react";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { ProblemText } from "@/ui/Problem";

import { type Client, useChangeClient, useClientTasks } from "../queries";
import { MergeDialog } from "./MergeDialog";
import { useArchive } from "./useArchive";

interface Props {
  card: Client;
  onSeeAs: () => void;
}

/** What is done to the whole card. */
export function CardActions({ card, onSeeAs }: Props) {
  const t = useTexts("clients");
  const session = useSession();
  const [asks, setAsks] = useState<"archive" | "private" | "merge" | null>(null);
  const change = useChangeClient(card.id);
  const { archive } = useArchive(card.id);
  const tasks = useClientTasks(card.id, asks === "archive" && session.has("tasks.read"));
  const drawn = { size: 16, stroke: 1.5, "aria-hidden": true } as const;
  const may = (action: string) => card.may.includes(action);
  const maySeeAs = session.has("policy.read") || session.has("people.read");
  const none = !may("private") && !may("merge") && !may("archive") && !maySeeAs;
  if (none) return null;

  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t("actions.title")}>
            <IconDots {...drawn} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {maySeeAs && (
            <Menu.Item leftSection={<IconEye {...drawn} />} onClick={onSeeAs}>
              {t("actions.seeAs")}
            </Menu.Item>
          )}
          {may("merge") && (
            <Menu.Item leftSection={<IconGitMerge {...drawn} />} onClick={() => setAsks("merge")}>
              {t("actions.merge")}
            </Menu.Item>
          )}
          {may("private") && (
            <Menu.Item
              leftSection={card.private ? <IconLockOpen {...drawn} /> : <IconLock {...drawn} />}
              onClick={() => setAsks("private")}
            >
              {t(card.private ? "actions.open" : "actions.private")}
            </Menu.Item>
          )}
          {may("archive") && (
            <Menu.Item leftSection={<IconArchive {...drawn} />} onClick={() => setAsks("archive")}>
              {t("actions.archive")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {change.error !== null && asks === null && <ProblemText error={change.error} />}
      <ConfirmNumbers
        opened={asks === "private"}
        title={t(card.private ? "actions.open" : "actions.private")}
        act={t(card.private ? "private.openAct" : "private.act")}
        isRunning={change.isPending}
        error={change.error}
        onConfirm={() =>
          change.mutate(
            { private: !card.private, changed_at: card.changed_at },
            { onSuccess: () => setAsks(null) },
          )
        }
        onClose={() => setAsks(null)}
      >
        {t(card.private ? "private.openWhat" : "private.what")}
      </ConfirmNumbers>
      <ConfirmNumbers
        opened={asks === "archive"}
        title={t("actions.archive")}
        act={t("archive.act")}
        isRunning={archive.isPending}
        error={archive.error}
        onConfirm={() => archive.mutate(undefined, { onSuccess: () => setAsks(null) })}
        onClose={() => setAsks(null)}
      >
        {t("archive.what", {
          phones: card.phones === null ? t("archive.phones") : t("archive.phonesCount", { count: card.phones.length }),
          tasks: t("archive.tasksCount", { count: tasks.data?.items.length ?? 0 }),
        })}
      </ConfirmNumbers>
      {asks === "merge" && <MergeDialog card={card} onClose={() => setAsks(null)} />}
    </>
  );
}
