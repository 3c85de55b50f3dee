import { ActionIcon, Button, Group, Menu, Text, Tooltip } from "@mantine/core";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import IconPhone from "@tabler/icons-react/dist/esm/icons/IconPhone.mjs";
import IconPhoneOff from "@tabler/icons-react/dist/esm/icons/IconPhoneOff.mjs";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";

import { callings, isLive, useCalling } from "./calling";
import { Duration } from "./Duration";
import { ProblemText } from "./Problem";

interface Props {
  client: string;
  /** For who does not see whose button it is: "Call Ivanova". */
  label?: string;
  /** In a row of a list: no choice of phone. */
  compact?: boolean;
  /** Why he cannot be called, in words. */
  impossible?: string | undefined;
}

/** My phone rings, then the client's, without a number; how far it is stands beside it. */
export function CallButton({ client, label, compact = false, impossible }: Props) {
  const t = useTexts("common");
  const session = useSession();
  const { isOrdered, callback, error } = useCalling(client, session.person);

  if (!session.has("calls.make")) return null;
  const talks = callback?.state === "talking";
  const name = label ?? t("call.call");
  return (
    <Group gap="xs" wrap={compact ? "nowrap" : "wrap"} component="span">
      {isLive(callback) ? (
        <Button
          variant="default"
          size={compact ? "compact-sm" : "xs"}
          color={talks ? "red" : undefined}
          leftSection={<IconPhoneOff size={16} stroke={1.5} aria-hidden />}
          onClick={() => void callings.cancel(client)}
        >
          {t(talks ? "call.hangUp" : "call.cancel")}
        </Button>
      ) : (
        <Button.Group>
          <Tooltip label={impossible} disabled={impossible === undefined}>
            <Button
              variant={compact ? "subtle" : "filled"}
              size={compact ? "compact-sm" : "xs"}
              leftSection={<IconPhone size={16} stroke={1.5} aria-hidden />}
              loading={isOrdered}
              data-disabled={impossible !== undefined || undefined}
              aria-disabled={impossible !== undefined || undefined}
              aria-label={name}
              onClick={() => {
                if (impossible === undefined) void callings.begin(client);
              }}
            >
              {t("call.call")}
            </Button>
          </Tooltip>
          {!compact && impossible === undefined && <PhoneMenu client={client} isOrdered={isOrdered} />}
        </Button.Group>
      )}
      <span aria-live="polite">
        {callback !== null && error === null && (
          <Text size="xs" c={callback.state === "ended" ? undefined : "dimmed"} component="span">
            {callback.state === "ended" ? callback.detail : t(`call.now.${callback.state}`)} {talks && <Duration since={callback.changed_at} />}
          </Text>
        )}
      </span>
      {error !== null && <ProblemText error={error} />}
    </Group>
  );
}

/** On which of my phones it is to ring. */
function PhoneMenu({ client, isOrdered }: { client: string; isOrdered: boolean }) {
  const t = useTexts("common");
  const session = useSession();
  const [opened, setOpened] = useState(false);
  const mine = useQuery({
    queryKey: ["agent", session.person],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/agents/{name}", { params: { path: { name: session.person } }, signal }),
      ),
    enabled: opened,
    staleTime: 60_000,
  });
  const phones = mine.data?.phones ?? [];
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end">
      <Menu.Target>
        <ActionIcon size={30} variant="filled" disabled={isOrdered} aria-label={t("call.phones")}>
          <IconChevronDown size={14} stroke={1.5} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("call.phones")}</Menu.Label>
        {phones.map((phone) => (
          <Menu.Item key={phone.key} onClick={() => void callings.begin(client, phone.key)}>
            {phone.kind === "endpoint" ? t("call.desk", { key: phone.key }) : t("call.own", { key: phone.key })}
          </Menu.Item>
        ))}
        {mine.isSuccess && phones.length === 0 && <Menu.Label>{t("call.noPhone")}</Menu.Label>}
        {mine.error !== null && (
          <Menu.Label>
            <ProblemText error={mine.error} />
          </Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
