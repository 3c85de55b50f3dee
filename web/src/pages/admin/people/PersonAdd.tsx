import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import { keys, useAct } from "../queries";
import { DepartmentSelect, RoleSelect } from "./selects";

/** Somebody new. What was typed stays where the server refuses it. */
export function PersonAdd({ onClose, onMade }: { onClose: () => void; onMade: (name: string) => void }) {
  const t = useTexts("admin");
  const [name, setName] = useState("");
  const [fullName, setFullName] = useState("");
  const [role, setRole] = useState("manager");
  const [department, setDepartment] = useState<string | null>(null);
  const add = useAct(
    () =>
      ask(
        api.POST("/api/v1/people", {
          body: { name: name.trim(), full_name: fullName.trim() || null, role, department },
        }),
      ),
    [keys.people, keys.roles, keys.departments],
    (made) => onMade(made.name),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined);
  };
  return (
    <Modal opened onClose={onClose} title={t("people.add")} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            required
            label={t("people.signInName")}
            description={t("people.signInNameWhat")}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t("people.fullName")}
            autoComplete="off"
            value={fullName}
            onChange={(event) => setFullName(event.currentTarget.value)}
          />
          <RoleSelect value={role} onChange={setRole} />
          <DepartmentSelect value={department} onChange={setDepartment} />
          {add.error !== null && <ProblemText error={add.error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("giveUp")}
            </Button>
            <Button type="submit" loading={add.isPending} disabled={name.trim() === ""}>
              {t("people.addAct")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
