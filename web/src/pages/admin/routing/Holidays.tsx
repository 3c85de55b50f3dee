import { ActionIcon, Button, Group, Text, TextInput } from "@mantine/core";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { useState } from "react";

import { useLanguage, useTexts } from "@/app/i18n";
import { locale } from "@/ui/time";

import classes from "./routing.module.css";

interface Props {
  days: readonly string[];
  disabled: boolean;
  onChange: (days: string[]) => void;
}

/** Days on which nobody works, in their order; those that are over are grey. */
export function Holidays({ days, disabled, onChange }: Props) {
  const t = useTexts("admin");
  const format = new Intl.DateTimeFormat(locale(useLanguage()), {
    weekday: "short",
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  const [typed, setTyped] = useState("");
  const today = new Date().toISOString().slice(0, 10);
  const add = () => {
    if (typed === "") return;
    onChange([...new Set([...days, typed])].sort());
    setTyped("");
  };
  const name = (day: string) => format.format(new Date(`${day}T00:00:00Z`));
  return (
    <div role="group" aria-label={t("machine.holidays")}>
      <Text size="sm" fw={500}>
        {t("machine.holidays")}
      </Text>
      <ul className={classes["days"]}>
        {days.length === 0 && <li>{t("machine.none")}</li>}
        {days.map((day) => (
          <li key={day} data-past={day < today || undefined}>
            {name(day)}
            {!disabled && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t("decided.removeDay", { day: name(day) })}
                onClick={() => onChange(days.filter((one) => one !== day))}
              >
                <IconX size={14} stroke={1.5} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {!disabled && (
        <Group gap="xs" align="end">
          <TextInput
            type="date"
            size="xs"
            label={t("decided.day")}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && add()}
          />
          <Button size="xs" variant="default" disabled={typed === ""} onClick={add}>
            {t("decided.addDay")}
          </Button>
        </Group>
      )}
    </div>
  );
}
