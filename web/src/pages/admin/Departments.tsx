import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";

import { type Branch, branches } from "./branches";
import { DepartmentSelect } from "./people/selects";
import { type Department, keys, useAct, useDepartments } from "./queries";

const TOUCHES = [keys.departments, keys.people];

/** Departments, each under what it is part of: whose head sees whom. */
export default function Departments() {
  const t = useTexts("admin");
  const session = useSession();
  const [edited, setEdited] = useState<Department | "new" | null>(null);
  const asked = useDepartments();
  const remove = useAct(
    (name: string) => ask(api.DELETE("/api/v1/departments/{name}", { params: { path: { name } } })),
    TOUCHES,
  );
  const changes = session.has("people.change") && session.rights["people.read"] === "all";
  const columns: Column<Branch>[] = [
    {
      key: "name",
      title: t("departments.name"),
      narrow: "title",
      cell: (row) => <span style={{ paddingInlineStart: row.depth * 20 }}>{row.name}</span>,
    },
    {
      key: "people",
      title: t("section.people"),
      width: "120px",
      align: "end",
      cell: (row) =>
        row.people === 0 ? (
          "–"
        ) : (
          <Link href={`/admin/people?department=${encodeURIComponent(row.name)}`}>
            {t("departments.people", { count: row.people })}
          </Link>
        ),
    },
    {
      key: "remove",
      title: "",
      width: "56px",
      align: "end",
      cell: (row) => {
        const isUsed = row.people > 0 || row.hasBelow;
        const label = t(isUsed ? "departments.used" : "departments.remove", { name: row.name });
        return (
          changes && (
            <Tooltip label={label}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={label}
                aria-disabled={isUsed}
                data-disabled={isUsed || undefined}
                loading={remove.isPending && remove.variables === row.name}
                onClick={() => !isUsed && remove.mutate(row.name)}
              >
                <IconTrash size={16} stroke={1.5} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )
        );
      },
    },
  ];
  return (
    <Page
      title={t("section.departments")}
      figures={
        changes && (
          <Button leftSection={<IconPlus size={16} stroke={1.5} aria-hidden />} onClick={() => setEdited("new")}>
            {t("departments.add")}
          </Button>
        )
      }
    >
      <Text size="sm" c="dimmed" mb="sm" maw={640}>
        {t("departments.what")}
      </Text>
      {remove.error !== null && <ProblemText error={remove.error} />}
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable
          label={t("section.departments")}
          columns={columns}
          rows={asked.data === undefined ? undefined : branches(asked.data.items)}
          rowKey={(row) => row.name}
          {...(changes ? { onOpen: setEdited } : {})}
          empty={t("departments.none")}
        />
      )}
      {edited !== null && (
        <DepartmentForm department={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}

function DepartmentForm({ department, onClose }: { department: Department | null; onClose: () => void }) {
  const t = useTexts("admin");
  const [name, setName] = useState(department?.name ?? "");
  const [parent, setParent] = useState(department?.parent ?? null);
  const save = useAct(
    () =>
      ask(api.PUT("/api/v1/departments/{name}", { params: { path: { name: name.trim() } }, body: { parent } })),
    TOUCHES,
    onClose,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={department?.name ?? t("departments.add")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {department === null && (
            <TextInput
              data-autofocus
              required
              label={t("departments.name")}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
          <DepartmentSelect
            label={t("departments.parent")}
            value={parent}
            onChange={setParent}
            except={name}
          />
          {save.error !== null && <ProblemText error={save.error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("giveUp")}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={name.trim() === ""}>
              {t("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
