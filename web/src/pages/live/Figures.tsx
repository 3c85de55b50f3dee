import { type LiveFigures, useLive } from "@/api/live";
import { useTexts } from "@/app/i18n";

import classes from "./live.module.css";
import { countFree } from "./rows";

/** Now and the day: each figure keeps its place while it changes. */
export function Figures() {
  const t = useTexts("live");
  const figures = useLive((live) => live.figures);
  const free = useLive((live) => countFree(live.people.values()));
  // They stand from the first: what comes later moves nothing.
  return (
    <dl className={classes["figures"]} aria-label={t("figures.label")}>
      <Figure word={t("figures.waiting")} count={figures?.waiting ?? null} isLoud={(figures?.waiting ?? 0) > 0} />
      <Figure word={t("figures.talking")} count={figures?.talking ?? null} />
      <Figure word={t("figures.free")} count={figures === null ? null : free} />
      <Figure word={t("figures.calls")} count={figures?.calls ?? null} />
      <Figure word={t("figures.missed")} count={figures?.missed ?? null} note={openNote(figures, t)} />
    </dl>
  );
}

function openNote(figures: LiveFigures | null, t: ReturnType<typeof useTexts<"live">>): string | undefined {
  const open = figures?.missed_open ?? 0;
  return open === 0 ? undefined : t("figures.open", { count: open });
}

interface FigureProps {
  word: string;
  count: number | null;
  note?: string | undefined;
  isLoud?: boolean;
}

function Figure({ word, count, note, isLoud = false }: FigureProps) {
  return (
    <div className={classes["figure"]} data-loud={isLoud || undefined}>
      <dt>{word}</dt>
      <dd>
        <span className={classes["count"]}>{count ?? "–"}</span>
        {note !== undefined && <span className={classes["open"]}>({note})</span>}
      </dd>
    </div>
  );
}
