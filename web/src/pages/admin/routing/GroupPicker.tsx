import { ActionIcon, Select, Text } from "@mantine/core";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";

import { useTexts } from "@/app/i18n";
import { MoveButtons } from "@/ui/MoveButtons";

import classes from "./routing.module.css";

interface Props {
  group: readonly string[];
  /** Who may be in it. */
  people: readonly string[];
  disabled: boolean;
  onChange: (group: string[]) => void;
}

/** Who is rung when neither curator nor deputy answers, in this order. */
export function GroupPicker({ group, people, disabled, onChange }: Props) {
  const t = useTexts("admin");
  const left = people.filter((one) => !group.includes(one));
  const swapped = (n: number) => {
    const [before, after] = [group[n], group[n + 1]];
    return group.map((one, at) => (at === n ? (after ?? one) : at === n + 1 ? (before ?? one) : one));
  };
  return (
    <div role="group" aria-label={t("decided.group")}>
      <Text size="sm" fw={500}>
        {t("decided.group")}
      </Text>
      <ol className={classes["members"]}>
        {group.length === 0 && <li>{t("decided.everybody")}</li>}
        {group.map((name, n) => (
          <li key={name}>
            <span>{name}</span>
            {!disabled && (
              <span className={classes["tools"]}>
                <MoveButtons
                  name={name}
                  isFirst={n === 0}
                  isLast={n === group.length - 1}
                  onMove={(by) => onChange(swapped(by < 0 ? n - 1 : n))}
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t("decided.removePerson", { name })}
                  onClick={() => onChange(group.filter((one) => one !== name))}
                >
                  <IconX size={14} stroke={1.5} />
                </ActionIcon>
              </span>
            )}
          </li>
        ))}
      </ol>
      {!disabled && left.length > 0 && (
        <Select
          size="xs"
          w={240}
          searchable
          placeholder={t("decided.addPerson")}
          aria-label={t("decided.addPerson")}
          data={left}
          value={null}
          onChange={(name) => name !== null && onChange([...group, name])}
        />
      )}
    </div>
  );
}
