import { Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";

import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useFieldName } from "../words";
import type { HiddenFrom } from "./queries";

interface Props {
  asked: UseQueryResult<components["schemas"]["PreviewModel"]>;
  /** Rules go, too. */
  isLifted: boolean;
}

/** For whom something changes by what was just chosen, and what. */
export function Preview({ asked, isLifted }: Props) {
  const t = useTexts("admin");
  const changed = (asked.data?.items ?? []).filter((one) => one.hidden.join() !== one.before.join());
  return (
    <Part title={t("fields.preview")}>
      <div aria-live="polite">
        {asked.error !== null && <ProblemText error={asked.error} />}
        {asked.isSuccess && (
          <Text size="sm" mb="xs">
            {changed.length === 0 ? t("fields.nobody") : t("fields.changes", { count: changed.length })}
          </Text>
        )}
        {isLifted && (
          <Text size="sm" c="dimmed">
            {t("fields.lifted")}
          </Text>
        )}
      </div>
      <ul className={classes["lines"]}>
        {changed.map((one) => (
          <li key={one.person}>
            <span className={classes["grow"]}>{one.person}</span>
            <Difference of={one} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Difference({ of }: { of: HiddenFrom }) {
  const t = useTexts("admin");
  const fieldName = useFieldName();
  const less = of.hidden.filter((field) => !of.before.includes(field)).map(fieldName);
  const more = of.before.filter((field) => !of.hidden.includes(field)).map(fieldName);
  return (
    <span>
      {less.length > 0 && t("fields.loses", { fields: less.join(", ") })}
      {less.length > 0 && more.length > 0 && "; "}
      {more.length > 0 && t("fields.gains", { fields: more.join(", ") })}
    </span>
  );
}
