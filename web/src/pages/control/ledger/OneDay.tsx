import { Alert, Button, Group, Loader, Skeleton, Stack, Table, Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import { Differences } from "./Differences";
import { LedgerState } from "./LedgerState";
import { type LedgerDay, useLedgerDay, useLook } from "./queries";

/** One day: how many of each, what differs, and the buttons to look again and to mend. */
export function OneDay({ day }: { day: string }) {
  const t = useTexts("control");
  const found = useLedgerDay(day);
  const session = useSession();
  if (found.error !== null) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton h={200} />;
  const { account, differences, checking } = found.data;
  const kept = account?.counts.reduce((sum, kind) => sum + kind.count, 0) ?? 0;
  return (
    <Stack gap="md">
      {session.rights["reports.settle"] === "all" && (
        <Acts day={day} isBusy={checking} mayMend={differences.length > 0} />
      )}
      {checking && (
        <Group gap="xs" role="status">
          <Loader size="xs" />
          <Text size="sm">{t("ledger.checking")}</Text>
        </Group>
      )}
      {account === null ? !checking && <Text c="dimmed">{t("ledger.notYet")}</Text> : <Account of={account} />}
      {differences.length > 0 && <Differences rows={differences} more={kept - differences.length} />}
    </Stack>
  );
}

function Acts({ day, isBusy, mayMend }: { day: string; isBusy: boolean; mayMend: boolean }) {
  const t = useTexts("control");
  const check = useLook(day, "check");
  const mend = useLook(day, "fix");
  const waits = isBusy || check.isPending || mend.isPending;
  const error = check.error ?? mend.error;
  return (
    <>
      <Group gap="xs">
        <Button variant="default" loading={check.isPending} disabled={waits} onClick={() => check.mutate()}>
          {t("ledger.check")}
        </Button>
        {mayMend && (
          <Button variant="light" loading={mend.isPending} disabled={waits} onClick={() => mend.mutate()}>
            {t("ledger.mend")}
          </Button>
        )}
      </Group>
      {mayMend && (
        <Text size="xs" c="dimmed">
          {t("ledger.mendSays")}
        </Text>
      )}
      {error !== null && <ProblemText error={error} />}
    </>
  );
}

function Account({ of }: { of: LedgerDay }) {
  const t = useTexts("control");
  const rest = of.recordings_empty + of.recordings_waiting + of.recordings_expired;
  return (
    <>
      <Group gap="md">
        <LedgerState of={of} />
        <Text size="xs" c="dimmed">
          {t("ledger.checkedAt")} <When at={of.checked_at} />
        </Text>
      </Group>
      {of.pbxs.map(
        (pbx) =>
          pbx.text !== null && (
            <Alert key={pbx.pbx} color="yellow" variant="light" role="note">
              {pbx.text}
            </Alert>
          ),
      )}
      <Table aria-label={t("ledger.counts")} verticalSpacing={4}>
        <Table.Tbody>
          {of.pbxs.map((pbx) => (
            <Row key={pbx.pbx} name={of.pbxs.length > 1 ? `${t("ledger.log")} ${pbx.pbx}` : t("ledger.log")}>
              {pbx.unchecked === null ? pbx.logged : "–"}
            </Row>
          ))}
          {of.pbxs.map((pbx) => (
            <Row
              key={pbx.pbx}
              name={of.pbxs.length > 1 ? `${t("ledger.calls")} ${pbx.pbx}` : t("ledger.calls")}
              more={pbx.running > 0 ? t("ledger.running", { count: pbx.running }) : undefined}
            >
              {pbx.stored}
            </Row>
          ))}
          <Row
            name={t("ledger.recordings")}
            more={
              rest > 0
                ? t("ledger.recordingsMore", {
                    stored: of.recordings_stored,
                    empty: of.recordings_empty,
                    waiting: of.recordings_waiting,
                    expired: of.recordings_expired,
                  })
                : undefined
            }
          >
            {of.recordings}
          </Row>
          <Row
            name={t("ledger.clients")}
            more={of.nameless > 0 ? t("ledger.nameless", { count: of.nameless }) : undefined}
          >
            {`${of.with_card}/${of.customers}`}
          </Row>
          <Row name={t("ledger.crm")}>{of.crm === null ? t("ledger.noCrm") : `${of.crm}: ${of.in_crm}`}</Row>
        </Table.Tbody>
      </Table>
      {of.mended_at !== null && (
        <Text size="sm">
          {t("ledger.mended")} <When at={of.mended_at} />
          {": "}
          {of.mended.map((kind) => `${kind.text} ${kind.count}`).join(", ") || t("ledger.nothing")}
        </Text>
      )}
    </>
  );
}

function Row({ name, children, more }: { name: string; children: string | number; more?: string | undefined }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={240}>
        {name}
      </Table.Th>
      <Table.Td ta="end" w={96} style={{ fontVariantNumeric: "tabular-nums" }}>
        {children}
      </Table.Td>
      <Table.Td c="dimmed">{more}</Table.Td>
    </Table.Tr>
  );
}
