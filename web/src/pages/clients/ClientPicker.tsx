import { Loader, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";
import { sayCode } from "@/ui/code";

interface Props {
  label: string;
  /** A client who is not offered. */
  except?: string;
  onPick: (id: string) => void;
}

/** A client by the beginnings of his names. */
export function ClientPicker({ label, except, onPick }: Props) {
  const t = useTexts("clients");
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({
    queryKey: ["clients", "suggest", q],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/clients/suggest", { params: { query: { q } }, signal })),
    enabled: /[\p{L}\p{N}]/u.test(q),
  });
  const items = (found.data?.items ?? []).filter((one) => one.id !== except);
  return (
    <Stack gap="xs">
      <TextInput
        label={label}
        value={typed}
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
        rightSection={found.isFetching ? <Loader size={14} /> : undefined}
      />
      {found.error !== null && <ProblemText error={found.error} />}
      {items.map((one) => (
        <UnstyledButton key={one.id} onClick={() => onPick(one.id)} py={4}>
          <Text size="sm">
            {one.name ?? t("who.noName")}{" "}
            <Text span size="xs" c="dimmed">
              {sayCode(one.short_code)}
            </Text>
          </Text>
        </UnstyledButton>
      ))}
      {found.isSuccess && items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("list.noneFound")}
        </Text>
      )}
    </Stack>
  );
}
