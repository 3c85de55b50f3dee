import { NumberInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { SaveRow } from "@/ui/SaveRow";

import { keys, type Person, useAct } from "../queries";
import { DepartmentSelect, RoleSelect } from "./selects";

type Change = components["schemas"]["PersonChange"];
type Typed = Partial<Pick<Person, "full_name" | "role" | "department" | "weight" | "windows_account">>;

/** What can be changed of a person; only what was changed is sent. */
export function PersonForm({ person, disabled }: { person: Person; disabled: boolean }) {
  const t = useTexts("admin");
  const [typed, setTyped] = useState<Typed>({});
  const now = { ...person, ...typed };
  const save = useAct(
    () => ask(api.PATCH("/api/v1/people/{name}", { params: { path: { name: person.name } }, body: typed satisfies Change })),
    [keys.people, keys.roles, keys.departments],
    () => setTyped({}),
  );
  const set = (change: Typed) => setTyped((before) => ({ ...before, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  const isChanged = Object.keys(typed).length > 0;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={420}>
        <TextInput
          label={t("people.fullName")}
          disabled={disabled}
          autoComplete="off"
          value={now.full_name ?? ""}
          onChange={(event) => set({ full_name: event.currentTarget.value || null })}
        />
        <RoleSelect disabled={disabled} value={now.role} onChange={(role) => set({ role })} />
        <DepartmentSelect
          disabled={disabled}
          value={now.department}
          onChange={(department) => set({ department })}
        />
        <NumberInput
          label={t("person.weight")}
          description={t("person.weightWhat")}
          disabled={disabled}
          min={0}
          max={1000}
          allowDecimal={false}
          value={now.weight}
          onChange={(weight) => typeof weight === "number" && set({ weight })}
        />
        <TextInput
          label={t("person.windows")}
          description={t("person.windowsWhat")}
          disabled={disabled}
          autoComplete="off"
          spellCheck={false}
          value={now.windows_account ?? ""}
          onChange={(event) => set({ windows_account: event.currentTarget.value || null })}
        />
        {!disabled && <SaveRow save={save} isChanged={isChanged} onGiveUp={() => setTyped({})} />}
      </Stack>
    </form>
  );
}
