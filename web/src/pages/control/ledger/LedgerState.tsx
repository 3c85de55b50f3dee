import { Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { StateMark } from "@/ui/StateMark";

import type { LedgerDay } from "./queries";

const MARKS = { matched: "answered", unchecked: "waiting", differs: "unrecorded" } as const;

/** By word and shape: all matched, something could not be compared, so many differ. */
export function LedgerState({ of }: { of: Pick<LedgerDay, "state" | "unmatched"> }) {
  const t = useTexts("control");
  return (
    <StateMark state={MARKS[of.state]}>
      <Text component="span" inherit fw={of.state === "differs" ? 600 : undefined}>
        {t(`ledger.state.${of.state}`, { count: of.unmatched })}
      </Text>
    </StateMark>
  );
}
