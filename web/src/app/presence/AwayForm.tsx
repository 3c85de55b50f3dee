import { Button, Group, NativeSelect, Radio, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { useTexts } from "@/app/i18n";
import { fromLocalInput, toLocalInput } from "@/pages/tasks/due";
import { ProblemText } from "@/ui/Problem";

import { type AwayReason, REASONS, useMark } from "./presence";
import { isLength, type Length, LENGTHS, untilAt } from "./until";

const SAID = "none";
const HOUR_MS = 3_600_000;

/** Why and until when somebody is away; `name`: of another, `null`: of oneself. */
export function AwayForm({ name, onDone }: { name: string | null; onDone?: () => void }) {
  const t = useTexts("common");
  const [reason, setReason] = useState<AwayReason | typeof SAID>("break");
  const [length, setLength] = useState<Length>("open");
  const [own, setOwn] = useState(() => toLocalInput(new Date(Date.now() + HOUR_MS)));
  const mark = useMark(name, onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mark.mutate({
      reason: reason === SAID ? null : reason,
      until: untilAt(length, new Date(), fromLocalInput(own)),
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group
          label={t("presence.why")}
          value={reason}
          onChange={(chosen) => setReason(chosen as AwayReason | typeof SAID)}
        >
          <Group gap="sm" mt="xs">
            {REASONS.map((one) => (
              <Radio key={one} value={one} label={t(`presence.reason.${one}`)} data-autofocus={one === "break" || undefined} />
            ))}
            <Radio value={SAID} label={t("presence.unsaid")} />
          </Group>
        </Radio.Group>
        <Stack gap="sm">
          <NativeSelect
            label={t("presence.howLong")}
            value={length}
            onChange={({ currentTarget: { value } }) => isLength(value) && setLength(value)}
            data={LENGTHS.map((value) => ({ value, label: t(`presence.length.${value}`) }))}
          />
          {length === "own" && (
            <TextInput
              type="datetime-local"
              required
              label={t("presence.ownTime")}
              min={toLocalInput(new Date())}
              value={own}
              onChange={(event) => setOwn(event.currentTarget.value)}
            />
          )}
        </Stack>
        {mark.error !== null && <ProblemText error={mark.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={mark.isPending}>
            {t(name === null ? "presence.go" : "presence.of.set")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
