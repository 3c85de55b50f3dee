import { Button, Chip, Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { setDraft, useDraft } from "@/pages/clients/drafts";
import { usePeople } from "@/pages/clients/queries";
import { ProblemText } from "@/ui/Problem";

import { type Due, dueAt, DUES, fromLocalInput, toLocalInput } from "./due";
import { useAddTask } from "./queries";

const GROUP = "";

/** Sets a task with a client; what is typed stays until it is saved or given up. */
export function TaskForm({ client, onDone }: { client: string; onDone: () => void }) {
  const t = useTexts("tasks");
  const session = useSession();
  const people = usePeople();
  const add = useAddTask();
  const draftKey = `${client} task`;
  const text = useDraft(draftKey)?.text ?? "";
  const [due, setDue] = useState("");
  const [agent, setAgent] = useState(session.person);
  const others = (people.data?.items ?? []).filter(
    (person) => person.left_at === null && person.name !== session.person,
  );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(
      { client_id: client, text, due_at: fromLocalInput(due), agent: agent || null },
      {
        onSuccess: () => {
          setDraft(draftKey, null);
          onDone();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Textarea
          size="xs"
          autoFocus
          autosize
          minRows={2}
          required
          label={t("form.what")}
          value={text}
          data-mantine-stop-propagation="true"
          onChange={(event) => setDraft(draftKey, { text: event.currentTarget.value })}
        />
        <Group gap="xs" align="end">
          <TextInput
            size="xs"
            type="datetime-local"
            label={t("form.due")}
            value={due}
            onChange={(event) => setDue(event.currentTarget.value)}
          />
          <Chip.Group
            value=""
            onChange={(chosen) => setDue(toLocalInput(dueAt(chosen as Due, new Date())))}
          >
            <Group gap={4}>
              {DUES.map((one) => (
                <Chip key={one} size="xs" value={one}>
                  {t(`due.${one}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Group>
        <Select
          label={t("form.whose")}
          allowDeselect={false}
          data={[
            { value: session.person, label: t("whose.mine") },
            { value: GROUP, label: t("whose.group") },
            ...others.map((one) => ({ value: one.name, label: one.full_name ?? one.name })),
          ]}
          value={agent}
          onChange={(chosen) => setAgent(chosen ?? GROUP)}
        />
        {add.error !== null && <ProblemText error={add.error} />}
        <Group gap="xs">
          <Button type="submit" loading={add.isPending} disabled={text.trim() === ""}>
            {t("form.save")}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              setDraft(draftKey, null);
              onDone();
            }}
          >
            {t("form.giveUp")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
