import { Anchor, Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { type Subject, useSubjectName } from "../subject";
import { useFieldName } from "../words";
import type { Rule } from "./queries";

interface Props {
  rules: readonly Rule[] | undefined;
  onOpen: (subject: Subject) => void;
}

/** All rules that there are, by whom they speak of. */
export function RuleList({ rules, onOpen }: Props) {
  const t = useTexts("admin");
  const subjectName = useSubjectName();
  const fieldName = useFieldName();
  const bySubject = grouped(rules ?? []);
  return (
    <Part title={t("fields.rules")} what={t("fields.narrower")}>
      {rules?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("fields.none")}
        </Text>
      )}
      <ul className={classes["lines"]}>
        {bySubject.map(([first, group]) => {
          const hidden = group.filter((rule) => rule.hidden).map((rule) => fieldName(rule.field));
          const shown = group.filter((rule) => !rule.hidden).map((rule) => fieldName(rule.field));
          return (
            <li key={`${first.subject} ${first.name ?? ""}`}>
              <Anchor
                component="button"
                type="button"
                size="sm"
                onClick={() => onOpen({ kind: first.subject, name: first.name })}
              >
                {subjectName(first.subject, first.name)}
              </Anchor>
              <span className={classes["grow"]}>
                {hidden.length > 0 && t("fields.hides", { fields: hidden.join(", ") })}
                {hidden.length > 0 && shown.length > 0 && "; "}
                {shown.length > 0 && t("fields.shows", { fields: shown.join(", ") })}
              </span>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

/** Rules of one subject together, under the first of them. */
function grouped(rules: readonly Rule[]): [Rule, Rule[]][] {
  const groups = new Map<string, [Rule, Rule[]]>();
  for (const rule of rules) {
    const key = `${rule.subject} ${rule.name ?? ""}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [rule, [rule]]);
    else known[1].push(rule);
  }
  return [...groups.values()];
}
