import { MultiSelect, Select } from "@mantine/core";

import { useTexts } from "@/app/i18n";

import { type Person, useDepartments, usePeople, useRoles } from "../queries";
import { useRoleName } from "../words";

interface RoleProps {
  value: string;
  onChange: (role: string) => void;
  disabled?: boolean;
}

export function RoleSelect({ value, onChange, disabled = false }: RoleProps) {
  const t = useTexts("admin");
  const roleName = useRoleName();
  const roles = useRoles();
  const names = roles.data?.items.map((role) => role.name) ?? [value];
  return (
    <Select
      size="sm"
      label={t("people.role")}
      allowDeselect={false}
      disabled={disabled}
      data={names.map((name) => ({ value: name, label: roleName(name) }))}
      value={value}
      onChange={(role) => role !== null && onChange(role)}
    />
  );
}

interface DepartmentProps {
  value: string | null;
  onChange: (department: string | null) => void;
  label?: string;
  except?: string;
  disabled?: boolean;
}

export function DepartmentSelect({ value, onChange, label, except, disabled = false }: DepartmentProps) {
  const t = useTexts("admin");
  const departments = useDepartments();
  const names = departments.data?.items.map(({ name }) => name) ?? (value === null ? [] : [value]);
  return (
    <Select
      size="sm"
      label={label ?? t("people.department")}
      clearable
      disabled={disabled}
      data={names.filter((name) => name !== except)}
      value={value}
      onChange={onChange}
    />
  );
}

function option(person: Person) {
  return { value: person.name, label: person.full_name ?? person.name };
}

interface PersonProps {
  label: string;
  value: string | null;
  onChange: (name: string | null) => void;
  required?: boolean;
}

export function PersonSelect({ label, value, onChange, required = false }: PersonProps) {
  const people = usePeople();
  return (
    <Select
      size="sm"
      label={label}
      searchable
      clearable={!required}
      withAsterisk={required}
      data={(people.data?.items ?? []).map(option)}
      value={value}
      onChange={onChange}
    />
  );
}

interface PeopleProps {
  label: string;
  description?: string;
  value: string[];
  onChange: (names: string[]) => void;
  except?: string | null;
}

/** Several people. */
export function PeopleSelect({ label, description, value, onChange, except = null }: PeopleProps) {
  const people = usePeople();
  return (
    <MultiSelect
      size="sm"
      label={label}
      description={description}
      searchable
      data={(people.data?.items ?? []).filter(({ name }) => name !== except).map(option)}
      value={value}
      onChange={onChange}
    />
  );
}
