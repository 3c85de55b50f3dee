import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Ref } from "react";

import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";

import type { Does, Mode } from "./Actions";
import { ListenStrip } from "./ListenStrip";
import classes from "./live.module.css";
import { Row } from "./Row";
import { arrange, type Slots } from "./slots";
import { useWindow } from "./useWindow";

/** As in live.module.css. */
const HEIGHT = 37;
const NARROW_HEIGHT = 93;
const NARROW = "(max-width: 760px)";
const NEW_MS = 2_000;
const HEADINGS = ["client", "manager", "state", "way", "time", "does"] as const;

export interface Open {
  call: string;
  mode: Mode;
}

/** What the page's keys do with the table. */
export interface TableHandle {
  /** To the next row, or the one before. */
  go: (step: 1 | -1) => void;
  /** To the row of that call. */
  goTo: (call: string) => void;
}

interface Props {
  ref: Ref<TableHandle>;
  rows: readonly LiveCall[];
  /** In ms; stands still while motion is paused. */
  now: number;
  open: Open | null;
  onDo: (call: LiveCall, what: Does) => void;
  onClose: () => void;
}

/** It slides in; what only came into sight does not. */
function isNew(call: LiveCall, now: number): boolean {
  const isFresh = call.state === "ringing" || call.state === "waiting";
  return isFresh && now - Date.parse(call.since) < NEW_MS;
}

/** Rows that keep their places; only those in sight are drawn. */
export function Table({ ref, rows, now, open, onDo, onClose }: Props) {
  const t = useTexts("live");
  const height = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false }) ? NARROW_HEIGHT : HEIGHT;
  const byId = useMemo(() => new Map(rows.map((call) => [call.id, call])), [rows]);
  const ids = useMemo(() => [...byId.keys()], [byId]);
  const [slots, setSlots] = useState<Slots>([]);
  const arranged = arrange(slots, ids, now);
  if (arranged !== slots) setSlots(arranged);
  const [attach, { first, end }] = useWindow(height);
  const [stripHeight, setStripHeight] = useState(0);
  const list = useRef<HTMLDivElement>(null);

  const openAt = open === null ? -1 : arranged.findIndex((slot) => slot.id === open.call);
  const below = openAt === -1 ? 0 : stripHeight;
  const top = (index: number) => index * height + (openAt !== -1 && index > openAt ? below : 0);

  useImperativeHandle(ref, () => {
    const line = (id: string | null | undefined) =>
      list.current?.querySelector<HTMLElement>(`[data-call="${id ?? ""}"]`);
    return {
      go: (step) => {
        const here = document.activeElement?.closest<HTMLElement>("[data-call]")?.dataset["call"];
        const standing = arranged.flatMap((slot) => (slot.id === null ? [] : [slot.id]));
        const at = here === undefined ? -1 : standing.indexOf(here);
        const next = at === -1 ? (step === 1 ? 0 : standing.length - 1) : at + step;
        line(standing[next])?.focus();
      },
      goTo: (id) => {
        const index = arranged.findIndex((slot) => slot.id === id);
        const page = list.current?.closest("main");
        if (index === -1 || page === null || page === undefined || list.current === null) return;
        const from = list.current.getBoundingClientRect().top - page.getBoundingClientRect().top;
        const wanted = page.scrollTop + from + index * height;
        if (line(id) === null) page.scrollTo({ top: wanted - page.clientHeight / 2 });
        // It is drawn once the page has been scrolled.
        requestAnimationFrame(() => requestAnimationFrame(() => line(id)?.focus()));
      },
    };
  });
  const measure = useCallback((strip: HTMLElement | null) => {
    if (strip === null) return;
    const observer = new ResizeObserver(() => setStripHeight(strip.offsetHeight));
    observer.observe(strip);
    return () => {
      observer.disconnect();
      setStripHeight(0);
    };
  }, []);
  const both = useCallback(
    (element: HTMLDivElement | null) => {
      list.current = element;
      attach(element);
    },
    [attach],
  );

  return (
    <div role="table" aria-label={t("table.label")} aria-rowcount={ids.length + 1} className={classes["table"]}>
      <div role="rowgroup">
        <div role="row" className={classes["headings"]}>
          {HEADINGS.map((name) => (
            <div key={name} role="columnheader" className={classes[name]}>
              {t(`table.${name}`)}
            </div>
          ))}
        </div>
      </div>
      <div ref={both} role="rowgroup" className={classes["rows"]} style={{ height: top(arranged.length) + (openAt === arranged.length - 1 ? below : 0) }}>
        {arranged.map((slot, index) => {
          const isOpen = index === openAt;
          if (slot.id === null || (!isOpen && (index < first || index >= end))) return null;
          const call = byId.get(slot.id);
          if (call === undefined) return null;
          return (
            <Row
              key={slot.id}
              call={call}
              index={index + 2}
              top={top(index)}
              isNew={isNew(call, now)}
              onDo={onDo}
              strip={
                isOpen && open !== null ? (
                  <div ref={measure} role="row">
                    <div role="cell" aria-colspan={HEADINGS.length}>
                      <ListenStrip call={call} mode={open.mode} onClose={onClose} />
                    </div>
                  </div>
                ) : null
              }
            />
          );
        })}
      </div>
    </div>
  );
}
