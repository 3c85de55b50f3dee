import { Group, Select } from "@mantine/core";

import { useTexts } from "@/app/i18n";

import { useDepartments, usePeople, useRoles } from "./queries";
import { useRoleName } from "./words";

export type Kind = "everyone" | "role" | "department" | "person";

export interface Subject {
  kind: Kind;
  /** `null` for everyone, and while nobody is chosen. */
  name: string | null;
}

interface Props {
  kinds: readonly Kind[];
  value: Subject;
  onChange: (subject: Subject) => void;
}

/** Of whom a rule speaks: everyone, a role, a department, a person. */
export function SubjectPicker({ kinds, value, onChange }: Props) {
  const t = useTexts("admin");
  const names = useNames(value.kind);
  return (
    <Group gap="sm" align="end">
      <Select
        w={150}
        label={t("subject.label")}
        allowDeselect={false}
        data={kinds.map((kind) => ({ value: kind, label: t(`subject.${kind}`) }))}
        value={value.kind}
        onChange={(kind) => kind !== null && onChange({ kind: kind as Kind, name: null })}
      />
      {value.kind !== "everyone" && (
        <Select
          w={200}
          label={t(`subject.${value.kind}`)}
          searchable
          data={names}
          value={value.name}
          onChange={(name) => onChange({ ...value, name })}
        />
      )}
    </Group>
  );
}

/** Whether it says of whom. */
export function isWhole({ kind, name }: Subject): boolean {
  return kind === "everyone" || name !== null;
}

function useNames(kind: Kind): { value: string; label: string }[] {
  const roleName = useRoleName();
  const roles = useRoles(kind === "role");
  const departments = useDepartments(kind === "department");
  const people = usePeople();
  switch (kind) {
    case "everyone":
      return [];
    case "role":
      return (roles.data?.items ?? []).map(({ name }) => ({ value: name, label: roleName(name) }));
    case "department":
      return (departments.data?.items ?? []).map(({ name }) => ({ value: name, label: name }));
    case "person":
      return (people.data?.items ?? []).map((one) => ({ value: one.name, label: one.full_name ?? one.name }));
  }
}

/** A rule's subject in words: "Everyone", "Role manager". */
export function useSubjectName(): (kind: Kind, name: string | null) => string {
  const t = useTexts("admin");
  const roleName = useRoleName();
  return (kind, name) => {
    if (name === null) return t("subject.everyone");
    return `${t(`subject.${kind}`)} · ${kind === "role" ? roleName(name) : name}`;
  };
}
