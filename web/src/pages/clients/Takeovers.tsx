import { ActionIcon, Button, Drawer, Group, Select, Stack, Text, Textarea, Tooltip } from "@mantine/core";
import IconUserShare from "@tabler/icons-react/dist/esm/icons/IconUserShare.mjs";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "./card/card.module.css";
import { usePeople } from "./queries";

const KEY = ["takeovers"];
const SHORTEST = 3;

/** Private clients of somebody who is away get another curator, by the word of two people. */
export function Takeovers() {
  const t = useTexts("clients");
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Tooltip label={t("takeover.title")}>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t("takeover.title")}
          onClick={() => setOpened(true)}
        >
          <IconUserShare size={16} stroke={1.5} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Drawer
        opened={opened}
        onClose={() => setOpened(false)}
        position="right"
        title={t("takeover.title")}
        closeButtonProps={{ "aria-label": t("field.giveUp") }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            {t("takeover.what")}
          </Text>
          <Asked />
          <AskForm />
        </Stack>
      </Drawer>
    </>
  );
}

function Asked() {
  const t = useTexts("clients");
  const session = useSession();
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/takeovers", { params: { query: { state: "all" } }, signal })),
  });
  const decide = useMutation({
    mutationFn: ({ id, allow }: { id: string; allow: boolean }) => {
      const params = { path: { id } };
      return allow
        ? ask(api.POST("/api/v1/takeovers/{id}/allow", { params }))
        : ask(api.POST("/api/v1/takeovers/{id}/refuse", { params }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  if (asked.error !== null) return <Problem error={asked.error} retry={() => void asked.refetch()} />;
  return (
    <Stack gap="sm">
      {(asked.data?.items ?? []).map((one) => (
        <div key={one.id} className={classes["notice"]}>
          <Text size="sm">{t("takeover.line", { curator: one.curator, successor: one.successor })}</Text>
          <Text size="sm" c="dimmed">
            {one.reason} · {one.requested_by} · <When at={one.requested_at} />
          </Text>
          {one.allowed !== null ? (
            <Text size="sm">
              {t(one.allowed ? "takeover.allowed" : "takeover.refused", { person: one.decided_by ?? "–" })}
            </Text>
          ) : (
            <Group gap="xs" mt={4}>
              {one.requested_by !== session.person && (
                <Button
                  size="compact-xs"
                  loading={decide.isPending}
                  onClick={() => decide.mutate({ id: one.id, allow: true })}
                >
                  {t("takeover.allow")}
                </Button>
              )}
              <Button
                size="compact-xs"
                variant="default"
                loading={decide.isPending}
                onClick={() => decide.mutate({ id: one.id, allow: false })}
              >
                {t("takeover.refuse")}
              </Button>
            </Group>
          )}
        </div>
      ))}
      {decide.error !== null && <ProblemText error={decide.error} />}
    </Stack>
  );
}

function AskForm() {
  const t = useTexts("clients");
  const queries = useQueryClient();
  const people = usePeople();
  const [curator, setCurator] = useState<string | null>(null);
  const [successor, setSuccessor] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const request = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/takeovers", {
          body: { curator: curator ?? "", successor: successor ?? "", reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      setReason("");
      await queries.invalidateQueries({ queryKey: KEY });
    },
  });
  const names = (people.data?.items ?? []).map((one) => ({
    value: one.name,
    label: one.full_name ?? one.name,
  }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    request.mutate();
  };
  const isReady = curator !== null && successor !== null && reason.trim().length >= SHORTEST;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select label={t("takeover.curator")} searchable data={names} value={curator} onChange={setCurator} />
        <Select label={t("takeover.successor")} searchable data={names} value={successor} onChange={setSuccessor} />
        <Textarea
          label={t("takeover.reason")}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {request.error !== null && <ProblemText error={request.error} />}
        <Button type="submit" loading={request.isPending} disabled={!isReady}>
          {t("takeover.act")}
        </Button>
      </Stack>
    </form>
  );
}
