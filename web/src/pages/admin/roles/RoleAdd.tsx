import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import { keys, type Role, useAct } from "../queries";
import { useRoleName } from "../words";

interface Props {
  roles: readonly Role[];
  onClose: () => void;
  onMade: (name: string) => void;
}

/** A role of the company's own, which begins as another one. */
export function RoleAdd({ roles, onClose, onMade }: Props) {
  const t = useTexts("admin");
  const roleName = useRoleName();
  const [name, setName] = useState("");
  const [like, setLike] = useState("manager");
  const add = useAct(
    () =>
      ask(
        api.PUT("/api/v1/roles/{name}", {
          params: { path: { name: name.trim() } },
          body: { rights: roles.find((role) => role.name === like)?.rights ?? {} },
        }),
      ),
    [keys.roles],
    (made) => onMade(made.name),
  );
  const isThere = roles.some((role) => role.name === name.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isThere) add.mutate(undefined);
  };
  return (
    <Modal opened onClose={onClose} title={t("roles.add")} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            required
            label={t("roles.name")}
            autoComplete="off"
            error={isThere ? t("roles.there") : null}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            size="sm"
            label={t("roles.like")}
            allowDeselect={false}
            data={roles.map((role) => ({ value: role.name, label: roleName(role.name) }))}
            value={like}
            onChange={(role) => role !== null && setLike(role)}
          />
          {add.error !== null && <ProblemText error={add.error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("giveUp")}
            </Button>
            <Button type="submit" loading={add.isPending} disabled={name.trim() === "" || isThere}>
              {t("roles.addAct")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
