import { Anchor, Text } from "@mantine/core";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { When } from "@/ui/When";

import classes from "../control.module.css";
import type { Difference } from "./queries";

/** Each as a sentence: what, why, and what mends it, or why it was left. */
export function Differences({ rows, more }: { rows: readonly Difference[]; more: number }) {
  const t = useTexts("control");
  return (
    <>
      <ul className={classes["lines"]} aria-label={t("ledger.differences")}>
        {rows.map((one, place) => (
          <li key={place}>
            <Text size="sm" fw={600}>
              {one.text}
              {one.pbx !== null && ` · ${one.pbx}`}
            </Text>
            <p className={classes["said"]} style={{ margin: 0 }}>
              {one.why}
            </p>
            <Text size="sm" c="dimmed">
              {one.left ?? one.mends}
            </Text>
            <Text size="xs" c="dimmed">
              {one.at !== null && <When at={one.at} />}{" "}
              {one.call_id !== null && (
                <Anchor component={Link} inherit href={`/calls/${one.call_id}`}>
                  {t("openCall")}
                </Anchor>
              )}
              {one.call_id === null && one.linkedid}
            </Text>
          </li>
        ))}
      </ul>
      {more > 0 && <Text size="sm">{t("ledger.more", { count: more })}</Text>}
    </>
  );
}
