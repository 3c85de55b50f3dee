import { Button, Group, Modal, NumberInput, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { type Column, DataTable } from "@/ui/DataTable";
import { Problem, ProblemText } from "@/ui/Problem";

import { Part } from "../Facts";
import { lines } from "../lines";
import { keys, useAct, useCustomFields } from "../queries";

type Field = components["schemas"]["CustomFieldModel"];
type Kind = Field["kind"];

const TOUCHES = [["custom-fields"], keys.rules, ["client"]];
const KINDS: readonly Kind[] = ["text", "number", "date", "choice", "flag"];

export function CustomFields() {
  const t = useTexts("admin");
  const asked = useCustomFields();
  const [edited, setEdited] = useState<Field | "new" | null>(null);
  const [going, setGoing] = useState<Field | null>(null);
  const remove = useAct(
    ({ key }: Field) => ask(api.DELETE("/api/v1/custom-fields/{key}", { params: { path: { key } } })),
    TOUCHES,
    () => setGoing(null),
  );
  const columns: Column<Field>[] = [
    { key: "label", title: t("own.label"), narrow: "title", cell: (row) => row.label },
    { key: "key", title: t("own.key"), width: "140px", narrow: "hidden", cell: (row) => row.key },
    {
      key: "kind",
      title: t("own.kind"),
      cell: (row) => [t(`own.kinds.${row.kind}`), row.choices.join(", ")].filter(Boolean).join(": "),
    },
    { key: "position", title: t("own.position"), width: "80px", align: "end", cell: (row) => row.position },
    {
      key: "remove",
      title: "",
      width: "100px",
      align: "end",
      cell: (row) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t("own.remove", { name: row.label })}
          onClick={() => setGoing(row)}
        >
          {t("decoys.remove")}
        </Button>
      ),
    },
  ];
  return (
    <Part title={t("own.fields")}>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable
          label={t("own.fields")}
          columns={columns}
          rows={asked.data?.items}
          rowKey={(row) => row.key}
          onOpen={setEdited}
          empty={t("own.none")}
        />
      )}
      <Button variant="default" mt="sm" onClick={() => setEdited("new")}>
        {t("own.add")}
      </Button>
      {edited !== null && (
        <FieldForm
          field={edited === "new" ? null : edited}
          next={(asked.data?.items.length ?? 0) + 1}
          onClose={() => setEdited(null)}
        />
      )}
      <ConfirmNumbers
        opened={going !== null}
        title={t("own.removeAct")}
        act={t("own.removeAct")}
        isRunning={remove.isPending}
        error={remove.error}
        onConfirm={() => going !== null && remove.mutate(going)}
        onClose={() => setGoing(null)}
      >
        {t("own.removeWhat", { name: going?.label ?? "" })}
      </ConfirmNumbers>
    </Part>
  );
}

function FieldForm({ field, next, onClose }: { field: Field | null; next: number; onClose: () => void }) {
  const t = useTexts("admin");
  const [key, setKey] = useState(field?.key ?? "");
  const [label, setLabel] = useState(field?.label ?? "");
  const [kind, setKind] = useState<Kind>(field?.kind ?? "text");
  const [choices, setChoices] = useState((field?.choices ?? []).join("\n"));
  const [position, setPosition] = useState(field?.position ?? next);
  const save = useAct(
    () =>
      ask(
        api.PUT("/api/v1/custom-fields/{key}", {
          params: { path: { key: key.trim() } },
          body: { label: label.trim(), kind, position, ...(kind === "choice" ? { choices: lines(choices) } : {}) },
        }),
      ),
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
      title={field?.label ?? t("own.add")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            required
            label={t("own.label")}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          {field === null && (
            <TextInput
              required
              label={t("own.key")}
              description={t("own.keyWhat")}
              spellCheck={false}
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
            />
          )}
          <Select
            size="sm"
            label={t("own.kind")}
            allowDeselect={false}
            disabled={field !== null}
            data={KINDS.map((one) => ({ value: one, label: t(`own.kinds.${one}`) }))}
            value={kind}
            onChange={(chosen) => setKind(chosen as Kind)}
          />
          {kind === "choice" && (
            <Textarea
              required
              label={t("own.choices")}
              description={t("own.choicesWhat")}
              autosize
              minRows={3}
              value={choices}
              onChange={(event) => setChoices(event.currentTarget.value)}
            />
          )}
          <NumberInput
            label={t("own.position")}
            min={0}
            max={500}
            allowDecimal={false}
            value={position}
            onChange={(value) => typeof value === "number" && setPosition(value)}
          />
          {save.error !== null && <ProblemText error={save.error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("giveUp")}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={key.trim() === "" || label.trim() === ""}>
              {t("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
