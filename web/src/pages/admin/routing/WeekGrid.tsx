import { ActionIcon, Button, Group, Radio, TextInput } from "@mantine/core";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { useId } from "react";

import { useLanguage, useTexts } from "@/app/i18n";

import { dayNames } from "../machine/week";
import classes from "./routing.module.css";
import { another, bar, type Day, DAYS, joined, parted, type Span, USUAL_WEEK, type Week, wrong } from "./spans";

interface Props {
  hours: Week | null;
  disabled: boolean;
  onChange: (hours: Week | null) => void;
}

/** Working hours: always, or a week in which each day has its own. */
export function WeekGrid({ hours, disabled, onChange }: Props) {
  const t = useTexts("admin");
  const names = dayNames(useLanguage());
  return (
    <>
      <Radio.Group
        label={t("decided.hours")}
        value={hours === null ? "always" : "week"}
        onChange={(one) => onChange(one === "always" ? null : USUAL_WEEK)}
      >
        <Group gap="md" mt="xs">
          <Radio value="always" label={t("machine.always")} disabled={disabled} />
          <Radio value="week" label={t("decided.byWeek")} disabled={disabled} />
        </Group>
      </Radio.Group>
      {hours !== null &&
        DAYS.map((day, n) => (
          <DayRow
            key={day}
            name={names[n] ?? day}
            spans={hours[day]}
            before={n === 0 ? null : hours[DAYS[n - 1] as Day]}
            disabled={disabled}
            onChange={(spans) => onChange({ ...hours, [day]: spans })}
          />
        ))}
    </>
  );
}

interface DayProps {
  name: string;
  spans: readonly string[];
  /** Those of the day before. */
  before: readonly string[] | null;
  disabled: boolean;
  onChange: (spans: string[]) => void;
}

function DayRow({ name, spans, before, disabled, onChange }: DayProps) {
  const t = useTexts("admin");
  const id = useId();
  const bad = wrong(spans);
  const with_ = (n: number, change: Partial<Span>) =>
    onChange(spans.map((one, at) => (at === n ? joined({ ...parted(one), ...change }) : one)));
  const field = (n: number, side: keyof Span, label: string) => ({
    type: "time",
    size: "xs" as const,
    required: true,
    disabled,
    error: bad[n] === true,
    value: parted(spans[n] ?? "")[side],
    "aria-label": t(label === "from" ? "decided.from" : "decided.till", { day: name, n: n + 1 }),
    onChange: (event: { currentTarget: { value: string } }) => with_(n, { [side]: event.currentTarget.value }),
  });
  return (
    <div className={classes["day"]} role="group" aria-labelledby={id}>
      <span id={id} className={classes["dayName"]}>
        {name}
      </span>
      <span className={classes["track"]} aria-hidden>
        {spans.map((one, n) => {
          const drawn = bar(one);
          return drawn === null ? null : (
            <span key={n} style={{ left: `${drawn.left}%`, width: `${drawn.width}%` }} data-wrong={bad[n] || undefined} />
          );
        })}
      </span>
      <div className={classes["spans"]}>
        {spans.length === 0 && <span className={classes["closed"]}>{t("machine.closed")}</span>}
        {spans.map((_, n) => (
          <Group key={n} gap={4} wrap="nowrap">
            <TextInput {...field(n, "begin", "from")} />–<TextInput {...field(n, "end", "till")} />
            {!disabled && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("decided.removeHours", { day: name, n: n + 1 })}
                onClick={() => onChange(spans.filter((__, at) => at !== n))}
              >
                <IconX size={16} stroke={1.5} />
              </ActionIcon>
            )}
          </Group>
        ))}
        {!disabled && (
          <Group gap={4}>
            <ActionIcon
              variant="subtle"
              aria-label={t("decided.addHours", { day: name })}
              onClick={() => onChange([...spans, another(spans)])}
            >
              <IconPlus size={16} stroke={1.5} />
            </ActionIcon>
            {before !== null && before.join() !== spans.join() && (
              <Button size="compact-xs" variant="subtle" aria-label={t("decided.asAboveOf", { day: name })} onClick={() => onChange([...before])}>
                {t("decided.asAbove")}
              </Button>
            )}
          </Group>
        )}
      </div>
    </div>
  );
}
