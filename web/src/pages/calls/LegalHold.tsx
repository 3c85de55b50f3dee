import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { useTexts } from "@/app/i18n";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "./calls.module.css";
import { type LegalHold, useChangeHold, useHold } from "./queries";

const LONGEST = 2000;

/** Whether anything of the call may be deleted; who may, decides it here. */
export function LegalHoldOf({ call }: { call: string }) {
  const t = useTexts("calls");
  const state = useHold(call);
  const [isWriting, setWriting] = useState(false);
  if (state.error !== null) return <Problem error={state.error} retry={() => void state.refetch()} />;
  if (state.data === undefined) return null;
  const { hold, client_hold: ofClient } = state.data;
  return (
    <Stack gap="xs" align="flex-start">
      {ofClient !== null && <Standing hold={ofClient} title={t("legalHold.client")} />}
      {hold !== null && <Standing hold={hold} title={t("legalHold.call")} />}
      {hold === null && ofClient === null && (
        <Text size="sm" c="dimmed">
          {t("legalHold.none")}
        </Text>
      )}
      {isWriting ? (
        <Form call={call} stands={hold !== null} onDone={() => setWriting(false)} />
      ) : (
        <Button variant="default" onClick={() => setWriting(true)}>
          {hold === null ? t("legalHold.set") : t("legalHold.lift")}
        </Button>
      )}
    </Stack>
  );
}

function Standing({ hold, title }: { hold: LegalHold; title: string }) {
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="sm">{hold.reason}</Text>
      <span className={classes["meta"]}>
        {hold.set_by} · <When at={hold.set_at} />
      </span>
    </div>
  );
}

interface FormProps {
  call: string;
  stands: boolean;
  onDone: () => void;
}

function Form({ call, stands, onDone }: FormProps) {
  const t = useTexts("calls");
  const change = useChangeHold(call);
  const [reason, setReason] = useState("");

  function keep(event: FormEvent): void {
    event.preventDefault();
    change.mutate({ lift: stands, reason: reason.trim() }, { onSuccess: onDone });
  }

  return (
    <form onSubmit={keep}>
      <Stack gap="sm">
        <Textarea
          label={stands ? t("legalHold.whyLift") : t("legalHold.whySet")}
          required
          autosize
          minRows={2}
          maxRows={6}
          maxLength={LONGEST}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {change.error !== null && <ProblemText error={change.error} />}
        <Group gap="sm">
          <Button type="submit" loading={change.isPending} disabled={reason.trim() === ""}>
            {stands ? t("legalHold.lift") : t("legalHold.set")}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t("legalHold.cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
