import { Button, Group, Popover, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";

import { useTexts } from "@/app/i18n";
import { useFilters } from "@/ui/useFilters";

import { type Preset, PRESETS, RANGE, spanOf, USUAL } from "./range";
import classes from "./reports.module.css";

const OWN = "own";

/** Today, yesterday, so many days, or days of one's own; kept in the address. */
export function RangePicker() {
  const t = useTexts("reports");
  const [range, setRange] = useFilters(RANGE);
  const [isChoosing, setChoosing] = useState(false);
  const isOwn = range.from !== null || range.to !== null;
  const span = spanOf(range, new Date());
  return (
    <Group gap="xs" wrap="nowrap" className={classes["range"]}>
      <SegmentedControl
        size="xs"
        aria-label={t("range.label")}
        value={isOwn ? OWN : (range.days ?? USUAL)}
        onChange={(value) => setRange({ days: value as Preset, from: null, to: null })}
        data={PRESETS.map((value) => ({ value, label: t(`range.${value}`) }))}
      />
      <Popover opened={isChoosing} onChange={setChoosing} position="bottom-end" trapFocus>
        <Popover.Target>
          <Button variant={isOwn ? "light" : "default"} onClick={() => setChoosing(!isChoosing)}>
            {t("range.own")}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Group gap="sm" wrap="nowrap">
            <TextInput
              type="date"
              size="xs"
              label={t("range.from")}
              value={span.since}
              max={span.until}
              onChange={(event) => setRange({ days: null, from: event.currentTarget.value || null, to: span.until })}
            />
            <TextInput
              type="date"
              size="xs"
              label={t("range.to")}
              value={span.until}
              min={span.since}
              onChange={(event) => setRange({ days: null, from: span.since, to: event.currentTarget.value || null })}
            />
          </Group>
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}

/** The days that the address names. */
export function useSpan() {
  const [range] = useFilters(RANGE);
  return spanOf(range, new Date());
}
