import { Text, UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type MouseEvent, type ReactNode, useId } from "react";

import { useLanguage, useTexts } from "@/app/i18n";
import { clock, duration } from "@/ui/time";

import { type Axis, instantAt, place, ticks } from "./axis";
import classes from "./calls.module.css";
import type { Lane, LaneMark, LaneSpan } from "./lanes";

const MOST_TICKS = { wide: 6, narrow: 3 };

interface Props {
  axis: Axis;
  lanes: readonly Lane[];
  /** A click on the picture: that instant, in ms since 1970. */
  onGo: ((at: number) => void) | undefined;
  /** Under the lanes, on the same axis: the sound. */
  children?: ReactNode;
}

/** Who was on the line when; the same as a table for who does not see it. */
export function Picture({ axis, lanes, onGo, children }: Props) {
  const t = useTexts("calls");
  const hatched = useId();
  function go(event: MouseEvent<HTMLDivElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    onGo?.(instantAt(axis, (event.clientX - box.left) / box.width));
  }
  return (
    <>
      <svg width="0" height="0" aria-hidden style={{ position: "absolute" }}>
        <pattern id="callward-hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="2" height="6" fill="var(--callward-ringing)" />
        </pattern>
      </svg>
      <div className={classes["plot"]} role="img" aria-label={t("picture.title")} aria-describedby={hatched}>
        <span />
        <Ruler axis={axis} />
        {lanes.map((lane) => (
          <LaneRow key={lane.key} lane={lane} axis={axis} />
        ))}
        <div className={classes["over"]} onClick={go} aria-hidden>
          <span className={classes["here"]} />
        </div>
      </div>
      {children}
      <details id={hatched}>
        <summary>
          <Text component="span" size="xs" c="dimmed">
            {t("picture.asTable")}
          </Text>
        </summary>
        <AsTable axis={axis} lanes={lanes} onGo={onGo} />
      </details>
    </>
  );
}

function Ruler({ axis }: { axis: Axis }) {
  const language = useLanguage();
  const isNarrow = useMediaQuery("(max-width: 640px)");
  return (
    <svg className={classes["ruler"]} aria-hidden>
      {ticks(axis, MOST_TICKS[isNarrow ? "narrow" : "wide"]).map((second, index) => {
        const where = place(axis, axis.from + second * 1_000);
        return (
          <text key={second} x={percent(where)} y="14" textAnchor={where > 0.94 ? "end" : "start"}>
            {index === 0 ? clock(new Date(axis.from), language) : duration(second)}
          </text>
        );
      })}
    </svg>
  );
}

function LaneRow({ lane, axis }: { lane: Lane; axis: Axis }) {
  const title = useLaneName();
  const told = useTold(axis);
  return (
    <>
      <span className={`${classes["name"]} ${lane.name === null ? classes["of"] : ""}`} title={title(lane)}>
        {lane.name ?? title(lane)}
      </span>
      <svg className={classes["lane"]} aria-hidden>
        {lane.spans.map((span) => {
          const from = place(axis, span.from);
          return (
            <rect
              key={`${span.kind}${span.from}`}
              className={classes[span.kind]}
              x={percent(from)}
              width={percent(Math.max(0.003, place(axis, span.to) - from))}
              y={isThin(span) ? 12 : 8}
              height={isThin(span) ? 4 : 12}
              rx="2"
            >
              <title>{told.span(span)}</title>
            </rect>
          );
        })}
        {lane.marks.map((mark) => (
          <svg key={`${mark.kind}${mark.at}`} x={percent(place(axis, mark.at))} y="8" overflow="visible">
            <path className={classes["mark"]} d="M0 0l6 6-6 6-6-6z">
              <title>{told.mark(mark)}</title>
            </path>
          </svg>
        ))}
      </svg>
    </>
  );
}

/** That somebody is there says less than that he talks. */
function isThin(span: LaneSpan): boolean {
  return span.kind === "line" || span.kind === "recording";
}

function AsTable({ axis, lanes, onGo }: Pick<Props, "axis" | "lanes" | "onGo">) {
  const t = useTexts("calls");
  const title = useLaneName();
  const told = useTold(axis);
  const time = (at: number) => duration((at - axis.from) / 1_000);
  const rows = lanes.flatMap((lane) => [
    ...lane.spans.map((span) => ({ lane, at: span.from, what: t(`picture.span.${span.kind}`), to: told.end(span) })),
    ...lane.marks.map((mark) => ({ lane, at: mark.at, what: `${t(`picture.mark.${mark.kind}`)}: ${mark.text}`, to: "" })),
  ]);
  return (
    <table className={classes["table"]}>
      <thead>
        <tr>
          <th scope="col">{t("picture.who")}</th>
          <th scope="col">{t("picture.what")}</th>
          <th scope="col">{t("picture.from")}</th>
          <th scope="col">{t("picture.to")}</th>
        </tr>
      </thead>
      <tbody>
        {rows
          .sort((one, other) => one.at - other.at)
          .map((row) => (
            <tr key={`${row.lane.key}${row.what}${row.at}`}>
              <td>{row.lane.name === null ? title(row.lane) : `${row.lane.name} · ${title(row.lane)}`}</td>
              <td>{row.what}</td>
              <td>
                {onGo === undefined ? (
                  time(row.at)
                ) : (
                  <UnstyledButton className={classes["goto"] ?? ""} aria-label={t("player.go", { at: time(row.at) })} onClick={() => onGo(row.at)}>
                    {time(row.at)}
                  </UnstyledButton>
                )}
              </td>
              <td>{row.to}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function useLaneName(): (lane: Lane) => string {
  const t = useTexts("calls");
  return (lane) => t(`picture.${lane.kind}`);
}

function useTold(axis: Axis) {
  const t = useTexts("calls");
  const time = (at: number) => duration((at - axis.from) / 1_000);
  const end = (span: LaneSpan) => (span.isOpen ? t("picture.still") : time(span.to));
  return {
    end,
    span: (span: LaneSpan) => `${t(`picture.span.${span.kind}`)}: ${time(span.from)} – ${end(span)}`,
    mark: (mark: LaneMark) => `${t(`picture.mark.${mark.kind}`)} ${time(mark.at)}: ${mark.text}`,
  };
}

function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}
