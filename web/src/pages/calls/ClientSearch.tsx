import { Combobox, Text, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import IconSearch from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Locked } from "@/ui/Locked";
import { sayCode } from "@/ui/code";
import { useKeys } from "@/ui/useKeys";

import { asked } from "../clients/asked";

const MOST = 8;

/**
 * Finds the client whose calls are wanted. His id goes into the address, not what was typed: that may
 * be a number.
 */
export function ClientSearch({ onFound }: { onFound: (client: string) => void }) {
  const t = useTexts("calls");
  const session = useSession();
  const input = useRef<HTMLInputElement>(null);
  const combobox = useCombobox();
  const [written, setWritten] = useState("");
  const [text] = useDebouncedValue(written, 250);
  const wanted = asked(text, session.hidden);
  const isHidden = wanted?.by === "hidden";
  const found = useQuery({
    queryKey: ["calls", "search", wanted],
    queryFn: ({ signal }) => {
      const query = wanted === null || wanted.by === "hidden" ? {} : { [wanted.by]: wanted.text };
      return ask(api.GET("/api/v1/clients", { params: { query: { ...query, limit: MOST } }, signal }));
    },
    enabled: wanted !== null && !isHidden && text.trim().length > 1,
    gcTime: 0,
  });
  useKeys({ "/": () => input.current?.focus() });

  function choose(id: string): void {
    combobox.closeDropdown();
    setWritten("");
    input.current?.blur();
    onFound(id);
  }

  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.Target>
        <TextInput
          ref={input}
          size="xs"
          w={240}
          leftSection={<IconSearch size={14} stroke={1.5} aria-hidden />}
          aria-label={t("filters.search")}
          placeholder={t("filters.search")}
          value={written}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            setWritten(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={wanted === null || (found.data === undefined && !isHidden)}>
        <Combobox.Options aria-label={t("filters.found")}>
          {isHidden && (
            <Combobox.Empty>
              <Locked />
            </Combobox.Empty>
          )}
          {found.data?.items.map((client) => (
            <Combobox.Option key={client.id} value={client.id}>
              {client.name ?? t("nobody")}
              <Text component="span" size="xs" c="dimmed">
                {client.short_code === null ? "" : ` · ${sayCode(client.short_code)}`}
              </Text>
            </Combobox.Option>
          ))}
          {found.data?.items.length === 0 && <Combobox.Empty>{t("filters.none")}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
