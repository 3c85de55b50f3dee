import { Loader, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";
import { sayCode } from "@/ui/code";

type Suggestion = components["schemas"]["Suggestion"];

/** A client by the beginnings of his names, with his name and code for what follows. */
export function ClientSuggest({ label, onPick }: { label: string; onPick: (one: Suggestion) => void }) {
  const t = useTexts("admin");
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({
    queryKey: ["clients", "suggest", q],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/clients/suggest", { params: { query: { q } }, signal })),
    enabled: /[\p{L}\p{N}]/u.test(q),
  });
  return (
    <Stack gap="xs">
      <TextInput
        label={label}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        rightSection={found.isFetching ? <Loader size={14} /> : undefined}
      />
      {found.error !== null && <ProblemText error={found.error} />}
      {(found.data?.items ?? []).map((one) => (
        <UnstyledButton key={one.id} onClick={() => onPick(one)} py={4}>
          <Text size="sm">
            {one.name ?? t("nameless")}{" "}
            <Text span size="xs" c="dimmed">
              {sayCode(one.short_code)}
            </Text>
          </Text>
        </UnstyledButton>
      ))}
      {found.data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("noneFound")}
        </Text>
      )}
    </Stack>
  );
}
