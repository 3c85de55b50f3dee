import { Button, Kbd, Modal, Text, TextInput } from "@mantine/core";
import { useDebouncedValue, useHotkeys, useMediaQuery } from "@mantine/hooks";
import IconSearch from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useState } from "react";
import { useLocation } from "wouter";

import { api, ask } from "@/api/client";
import { sayCode } from "@/ui/code";

import classes from "./frame.module.css";
import { useTexts } from "./i18n";
import { routes } from "./routes";
import { useSession } from "./session";

interface Found {
  path: string;
  title: string;
  /** A client's short code, or that it is a page. */
  note: string;
}

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** ⌘K or Ctrl-K: to any page and any client by the beginning of a name, or by a short code. */
export function QuickSearch() {
  const t = useTexts("common");
  const [isOpen, setOpen] = useState(false);
  const isNarrow = useMediaQuery("(max-width: 640px)");
  useHotkeys([["mod+K", () => setOpen(true)]], []);
  return (
    <>
      <Button
        variant="default"
        className={classes["search"]}
        aria-label={isNarrow === true ? t("search.open") : undefined}
        leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />}
        rightSection={isNarrow === true ? undefined : <Kbd size="xs">{isMac ? "⌘K" : "Ctrl K"}</Kbd>}
        onClick={() => setOpen(true)}
      >
        {isNarrow === true ? null : t("search.open")}
      </Button>
      <Modal.Root opened={isOpen} onClose={() => setOpen(false)} padding={0} yOffset="10vh">
        <Modal.Overlay />
        <Modal.Content aria-label={t("search.open")}>
          <Modal.Body>
            <Finder leave={() => setOpen(false)} />
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}

function Finder({ leave }: { leave: () => void }) {
  const t = useTexts("common");
  const id = useId();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [settled] = useDebouncedValue(typed.trim(), 150);
  const pages = usePages(typed.trim());
  const clients = useClients(settled);
  const found = typed.trim() === "" ? pages : [...clients.found, ...pages];
  const current = Math.min(at, found.length - 1);

  function go(target: Found | undefined) {
    if (target === undefined) return;
    leave();
    navigate(target.path);
  }

  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((current + step + found.length) % Math.max(found.length, 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(found[current]);
    }
  }

  return (
    <>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        px="md"
        placeholder={t("search.hint")}
        aria-label={t("search.hint")}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div role="listbox" id={`${id}-list`} aria-label={t("search.found")} className={classes["found"]}>
        {found.map((one, index) => (
          <div
            key={one.path}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            className={classes["option"]}
            onClick={() => go(one)}
            onMouseMove={() => setAt(index)}
          >
            <span>{one.title}</span>
            <span className={classes["note"]}>{one.note}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && !clients.isLooking && (
        <Text size="sm" c="dimmed" p="md">
          {t("search.nothing")}
        </Text>
      )}
    </>
  );
}

function usePages(typed: string): Found[] {
  const t = useTexts("common");
  const session = useSession();
  const wanted = typed.toLocaleLowerCase(session.language);
  return routes
    .filter((route) => route.isFor?.(session) ?? true)
    .map((route) => ({ path: route.path, title: t(`area.${route.name}`), note: t("search.page") }))
    .filter((page) => page.title.toLocaleLowerCase(session.language).includes(wanted));
}

function useClients(typed: string): { found: Found[]; isLooking: boolean } {
  const t = useTexts("common");
  const session = useSession();
  const isCode = /^[\d-]{2,}$/.test(typed);
  const query = useQuery({
    queryKey: ["quick-search", typed],
    enabled: typed !== "" && session.has("clients.read"),
    queryFn: async () =>
      isCode
        ? ask(api.GET("/api/v1/clients", { params: { query: { code: typed.replaceAll("-", ""), limit: 1 } } }))
        : ask(api.GET("/api/v1/clients/suggest", { params: { query: { q: typed } } })),
    retry: false,
    // What was found is nobody's to keep.
    gcTime: 0,
  });
  const found = (query.data?.items ?? []).map((client) => ({
    path: `/clients/${client.id}`,
    title: client.name ?? t("search.unnamed"),
    note: sayCode(client.short_code) ?? "",
  }));
  return { found, isLooking: query.isFetching };
}
