import { Anchor, Button, Group, SegmentedControl, Skeleton, Stack, Text, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { setDraft, useDraft } from "@/pages/clients/drafts";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { choice, text, useFilters } from "@/ui/useFilters";
import { When } from "@/ui/When";

import classes from "./control.module.css";
import { PersonChoice } from "./Filters";
import { type Alert, useAlerts, useSettleAlert } from "./queries";

const STATES = ["open", "settled", "all"] as const;
const FILTERS = { state: choice(...STATES), person: text };

/** Sentences with what they rest on: who opened much more than usual, at what hours, whose. */
export default function Reading() {
  const t = useTexts("control");
  const [filters, setFilters] = useFilters(FILTERS);
  const state = filters.state ?? "open";
  const alerts = useAlerts({ state, ...(filters.person === null ? {} : { person: filters.person }) });
  const rows = alerts.data?.pages.flatMap((page) => page.items);
  const isNarrowed = state !== "open" || filters.person !== null;
  return (
    <Page
      title={t("reading.title")}
      filters={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("reading.which")}
            data={STATES.map((value) => ({ value, label: t(`reading.state.${value}`) }))}
            value={state}
            onChange={(value) => setFilters({ state: value === "open" ? null : (value as (typeof STATES)[number]) })}
          />
          <PersonChoice person={filters.person} onChange={(person) => setFilters({ person })} />
        </>
      }
    >
      {alerts.error !== null && <Problem error={alerts.error} retry={() => void alerts.refetch()} />}
      {alerts.error === null && rows === undefined && <Skeleton h={80} />}
      {rows?.length === 0 && (
        <Text c="dimmed" py="xl" ta="center">
          {t(isNarrowed ? "reading.emptyState" : "reading.empty")}
        </Text>
      )}
      <ul className={classes["lines"]}>
        {rows?.map((alert) => (
          <li key={alert.id}>
            <Line alert={alert} />
          </li>
        ))}
      </ul>
      {alerts.hasNextPage && (
        <Button variant="default" mt="sm" loading={alerts.isFetchingNextPage} onClick={() => void alerts.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </Page>
  );
}

function Line({ alert }: { alert: Alert }) {
  const t = useTexts("control");
  const session = useSession();
  const [isSettling, setSettling] = useState(false);
  return (
    <Stack gap={4}>
      <p className={classes["said"]} style={{ margin: 0 }}>
        {alert.text}
      </p>
      <Group gap="md">
        <Text size="xs" c="dimmed">
          <When at={alert.at} />
        </Text>
        <Cards of={alert} />
        {typeof alert.evidence["day"] === "string" && (
          <Anchor component={Link} size="xs" href={`/control/ledger/${alert.evidence["day"]}`}>
            {t("ledger.ofAlert")}
          </Anchor>
        )}
        {alert.person !== null && session.has("audit.read") && (
          <Anchor component={Link} size="xs" href={`/admin/audit?person=${encodeURIComponent(alert.person)}`}>
            {t("reading.audit", { person: alert.person })}
          </Anchor>
        )}
        {alert.settled_at === null && session.has("reports.settle") && !isSettling && (
          <Button size="compact-xs" variant="light" onClick={() => setSettling(true)}>
            {t("reading.settle")}
          </Button>
        )}
      </Group>
      {alert.settled_at !== null && (
        <div>
          <Text size="xs" c="dimmed">
            {t("reading.settledBy", { person: alert.settled_by })} <When at={alert.settled_at} />
          </Text>
          {alert.settled_note !== null && <blockquote className={classes["quote"]}>{alert.settled_note}</blockquote>}
        </div>
      )}
      {isSettling && <SettleForm alert={alert} onDone={() => setSettling(false)} />}
    </Stack>
  );
}

const SHOWN = 5;

/** The cards that it is about, to be opened. */
function Cards({ of }: { of: Alert }) {
  const t = useTexts("control");
  if (of.clients.length === 0) return null;
  return (
    <Text size="xs" component="span">
      {t("reading.cards", { count: of.clients.length })}
      {": "}
      {of.clients.slice(0, SHOWN).map((id, place) => (
        <span key={id}>
          {place > 0 && ", "}
          <Anchor component={Link} inherit href={`/clients/${id}`}>
            {place + 1}
          </Anchor>
        </span>
      ))}
      {of.clients.length > SHOWN && " …"}
    </Text>
  );
}

function SettleForm({ alert, onDone }: { alert: Alert; onDone: () => void }) {
  const t = useTexts("control");
  const settling = useSettleAlert();
  const key = `alert ${alert.id}`;
  const note = useDraft(key)?.text ?? "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (note.trim() === "") return;
    settling.mutate(
      { id: alert.id, note },
      {
        onSuccess: () => {
          setDraft(key, null);
          onDone();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} style={{ maxWidth: 560 }}>
      <Stack gap="sm" align="flex-start">
        <Textarea
          w="100%"
          size="xs"
          autosize
          autoFocus
          required
          maxLength={1000}
          label={t("reading.note")}
          value={note}
          onChange={(event) => setDraft(key, { text: event.currentTarget.value })}
        />
        {settling.error !== null && <ProblemText error={settling.error} />}
        <Group gap="sm">
          <Button type="submit" loading={settling.isPending} disabled={note.trim() === ""}>
            {t("reading.settleIt")}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t("reading.giveUp")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
