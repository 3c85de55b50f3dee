import { Autocomplete, Button, NumberInput, Select, Switch, TextInput } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";

import classes from "./calls.module.css";
import { type Filters, NONE } from "./filters";
import type { Call } from "./queries";

interface Props {
  filters: Filters;
  onChange: (change: Partial<Filters>) => void;
  /** What the list shows: their queues, people and numbers are offered. */
  rows: readonly Call[];
}

const DIRECTIONS = ["inbound", "outbound", "internal"] as const;
const OUTCOMES = ["answered", "unanswered", "missed", "busy", "failed", "cancelled"] as const;

export function FilterBar({ filters, onChange, rows }: Props) {
  const t = useTexts("calls");
  const session = useSession();
  const people = distinct(rows.flatMap((call) => call.legs.map((leg) => (leg.party === "agent" ? leg.name : null))));
  const lines = distinct([...rows.map((call) => call.company_number), filters.line]);
  return (
    <div className={classes["filters"]} role="group" aria-label={t("filters.show")}>
      <TextInput
        type="date"
        size="xs"
        label={t("filters.from")}
        value={filters.from ?? ""}
        onChange={(event) => onChange({ from: event.currentTarget.value || null })}
      />
      <TextInput
        type="date"
        size="xs"
        label={t("filters.to")}
        value={filters.to ?? ""}
        onChange={(event) => onChange({ to: event.currentTarget.value || null })}
      />
      <Select
        label={t("filters.direction")}
        placeholder={t("filters.any")}
        clearable
        value={filters.direction}
        onChange={(value) => onChange({ direction: value as Filters["direction"] })}
        data={DIRECTIONS.map((value) => ({ value, label: t(`direction.${value}`) }))}
      />
      <Select
        label={t("filters.outcome")}
        placeholder={t("filters.any")}
        clearable
        value={filters.outcome}
        onChange={(value) => onChange({ outcome: value as Filters["outcome"] })}
        data={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
      />
      <Written
        label={t("filters.agent")}
        value={filters.agent}
        data={people}
        onChange={(agent) => onChange({ agent })}
      />
      <Written
        label={t("filters.answeredBy")}
        value={filters.answered_by}
        data={people}
        onChange={(answered_by) => onChange({ answered_by })}
      />
      <Written
        label={t("filters.queue")}
        value={filters.queue}
        data={distinct(rows.map((call) => call.queue))}
        onChange={(queue) => onChange({ queue })}
      />
      {lines.length > 1 && !session.hidden.includes("phones") && (
        <Select
          label={t("filters.line")}
          placeholder={t("filters.any")}
          clearable
          value={filters.line}
          onChange={(line) => onChange({ line })}
          data={lines}
        />
      )}
      <NumberInput
        size="xs"
        label={t("filters.talk")}
        min={0}
        max={86_400}
        allowDecimal={false}
        value={filters.talk ?? ""}
        onChange={(value) => onChange({ talk: typeof value === "number" ? value : null })}
      />
      <Select
        label={t("filters.recorded")}
        placeholder={t("filters.any")}
        clearable
        value={filters.recorded}
        onChange={(value) => onChange({ recorded: value as Filters["recorded"] })}
        data={[
          { value: "yes", label: t("filters.withRecording") },
          { value: "no", label: t("filters.withoutRecording") },
        ]}
      />
      <Switch
        size="xs"
        label={t("filters.running")}
        checked={filters.running === true}
        onChange={(event) => onChange({ running: event.currentTarget.checked ? true : null })}
      />
      {filters.client !== null && (
        <Switch size="xs" label={t("filters.client")} checked onChange={() => onChange({ client: null })} />
      )}
      <Button variant="subtle" onClick={() => onChange(NONE)}>
        {t("filters.clear")}
      </Button>
    </div>
  );
}

interface WrittenProps {
  label: string;
  value: string | null;
  data: string[];
  onChange: (value: string | null) => void;
}

/** A name: chosen from those that are seen, or written whole; it counts once it is left. */
function Written({ label, value, data, onChange }: WrittenProps) {
  return (
    <Autocomplete
      key={value}
      size="xs"
      label={label}
      data={data}
      defaultValue={value ?? ""}
      onOptionSubmit={onChange}
      onBlur={(event) => {
        const written = event.currentTarget.value.trim() || null;
        if (written !== value) onChange(written);
      }}
    />
  );
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))].sort();
}
