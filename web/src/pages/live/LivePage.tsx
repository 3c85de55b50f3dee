import { ActionIcon, Alert, SegmentedControl, Text, TextInput, Tooltip } from "@mantine/core";
import IconPlayerPause from "@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs";
import IconPlayerPlay from "@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs";
import { memo, useCallback, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";

import { type LiveCall, useLive } from "@/api/live";
import { useLanguage, useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Page } from "@/ui/Page";
import { clock } from "@/ui/time";
import { choice, text, useFilters } from "@/ui/useFilters";
import { useKeys } from "@/ui/useKeys";
import { useNow } from "@/ui/useNow";

import type { Does, Mode } from "./Actions";
import { Ended } from "./Ended";
import { Figures } from "./Figures";
import { HangUp } from "./HangUp";
import classes from "./live.module.css";
import { pauseMotion, useMotionPaused } from "./motion";
import { People } from "./People";
import { board, SHOWS, type Shows, type Wanted } from "./rows";
import { type Open, Table, type TableHandle } from "./Table";

const FILTERS = { show: choice(...SHOWS), q: text };

/** Every running call as it is now. What stands above them is not painted anew with them. */
export default function LivePage() {
  const t = useTexts("live");
  const [filters, setFilters] = useFilters(FILTERS);
  const search = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => search.current?.focus() });

  return (
    <Page
      title={t("title")}
      filters={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("filters.label")}
            value={filters.show ?? "all"}
            onChange={(value) => setFilters({ show: value === "all" ? null : (value as Shows) })}
            data={[
              { value: "all", label: t("filters.all") },
              ...SHOWS.map((value) => ({ value, label: t(`filters.${value}`) })),
            ]}
          />
          <TextInput
            ref={search}
            size="xs"
            type="search"
            className={classes["search"] ?? ""}
            aria-label={t("filters.search")}
            placeholder={t("filters.search")}
            value={filters.q ?? ""}
            onChange={(event) => setFilters({ q: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === "Escape") event.currentTarget.blur();
            }}
          />
        </>
      }
    >
      <Board shows={filters.show} search={filters.q} />
    </Page>
  );
}

/** Asked anew with each change. */
function Board({ shows, search }: Wanted) {
  const t = useTexts("live");
  const session = useSession();
  const [, navigate] = useLocation();
  const live = useLive();
  const pausedAt = useMotionPaused();
  const now = useNow("second");
  const at = pausedAt ?? now;
  const [open, setOpen] = useState<Open | null>(null);
  const [ending, setEnding] = useState<LiveCall | null>(null);
  const table = useRef<TableHandle>(null);

  const { rows, ended, running } = useMemo(
    () => board(live.calls.values(), { shows, search }, session.person, at),
    [live.calls, shows, search, session.person, at],
  );

  const onDo = useCallback(
    (call: LiveCall, what: Does) => {
      if (what === "hangup") setEnding(call);
      else if (what === "call") navigate(`/calls/${call.id}`);
      else if (what === "card") {
        if (call.client !== null) navigate(`/clients/${call.client.id}`);
      } else setOpen({ call: call.id, mode: what });
    },
    [navigate],
  );
  const close = useCallback(() => setOpen(null), []);
  const letGo = useCallback(() => setEnding(null), []);
  const goTo = useCallback((id: string) => table.current?.goTo(id), []);

  function atRow(mode: Mode): void {
    const id = document.activeElement?.closest<HTMLElement>("[data-call]")?.dataset["call"];
    const call = id === undefined ? undefined : live.calls.get(id);
    if (call?.can[mode] === true) onDo(call, mode);
  }
  useKeys({
    j: () => table.current?.go(1),
    k: () => table.current?.go(-1),
    l: () => atRow("listen"),
    w: () => atRow("whisper"),
    b: () => atRow("barge"),
  });

  return (
    <>
      <Now isPaused={pausedAt !== null} />
      <div className={classes["columns"]}>
        <div className={classes["calls"]}>
          <Table
            // Another question, another list: its rows begin at the top.
            key={`${shows} ${search}`}
            ref={table}
            rows={rows}
            now={at}
            open={open}
            onDo={onDo}
            onClose={close}
          />
          {rows.length === 0 && live.state !== "connecting" && (
            <Text c="dimmed" py="xl" ta="center">
              {running === 0 ? t("table.empty") : t("filters.none", { count: running })}
            </Text>
          )}
          <Ended calls={ended} />
          <KeysHint />
        </div>
        <People onCall={goTo} />
      </div>
      <HangUp call={ending} onClose={letGo} />
    </>
  );
}

/** What stands above the calls: the figures, and how it is with the link. */
const Now = memo(function Now({ isPaused }: { isPaused: boolean }) {
  return (
    <>
      <div className={classes["now"]}>
        <Figures />
        <Connecting />
        <MotionSwitch isPaused={isPaused} />
      </div>
      <LinkState />
    </>
  );
});

const KeysHint = memo(function KeysHint() {
  const t = useTexts("live");
  return (
    <Text size="xs" c="dimmed" mt="md" visibleFrom="sm">
      {t("keys.hint")}
    </Text>
  );
});

/** In the line of the figures: it pushes nothing down. */
function Connecting() {
  const t = useTexts("live");
  const isComing = useLive((live) => live.state === "connecting");
  if (!isComing) return null;
  return (
    <Text c="dimmed" size="sm" role="status">
      {t("connecting")}
    </Text>
  );
}

/** While the link is away: in words, above what was true. */
function LinkState() {
  const language = useLanguage();
  const state = useLive((live) => live.state);
  if (state === "open" || state === "connecting") return null;
  return (
    <Alert color="orange" variant="light" role="status" mb="sm" className={classes["lost"] ?? ""}>
      <LostSince language={language} />
    </Alert>
  );
}

function LostSince({ language }: { language: string }) {
  const t = useTexts("live");
  const [since] = useState(() => new Date());
  return <Text size="sm">{t("lost", { at: clock(since, language) })}</Text>;
}

function MotionSwitch({ isPaused }: { isPaused: boolean }) {
  const t = useTexts("live");
  const label = t(isPaused ? "motion.resume" : "motion.pause");
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} aria-pressed={isPaused} onClick={() => pauseMotion(!isPaused)}>
        {isPaused ? (
          <IconPlayerPlay size={16} stroke={1.5} aria-hidden />
        ) : (
          <IconPlayerPause size={16} stroke={1.5} aria-hidden />
        )}
      </ActionIcon>
    </Tooltip>
  );
}

