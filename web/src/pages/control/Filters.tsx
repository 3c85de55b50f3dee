import { SegmentedControl, Select } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { usePeople } from "@/pages/clients/queries";

import { DAYS, type Days } from "./since";

/** How far back. */
export function DaysChoice({ days, onChange }: { days: Days; onChange: (days: Days) => void }) {
  const t = useTexts("control");
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("days.label")}
      data={DAYS.map((value) => ({ value, label: t(`days.${value}`) }))}
      value={days}
      onChange={(value) => onChange(value as Days)}
    />
  );
}

/** One person, or everybody; those who left too. */
export function PersonChoice({ person, onChange }: { person: string | null; onChange: (name: string | null) => void }) {
  const t = useTexts("control");
  const people = usePeople();
  const names = (people.data?.items ?? []).map((one) => ({ value: one.name, label: one.full_name ?? one.name }));
  const isKnown = person === null || names.some((one) => one.value === person);
  return (
    <Select
      w={180}
      clearable
      searchable
      aria-label={t("person")}
      placeholder={t("anybody")}
      data={isKnown ? names : [...names, { value: person, label: person }]}
      value={person}
      onChange={onChange}
    />
  );
}
