import { Checkbox, Text, UnstyledButton } from "@mantine/core";
import IconLock from "@tabler/icons-react/dist/esm/icons/IconLock.mjs";
import { useMemo } from "react";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { CallButton } from "@/ui/CallButton";
import type { Column } from "@/ui/DataTable";
import { Locked } from "@/ui/Locked";
import { When } from "@/ui/When";
import { sayCode } from "@/ui/code";

import type { ClientRow } from "./queries";

/** The columns of the list; clients are chosen where something can be done with several. */
export function useColumns(
  byName: boolean,
  sort: (by: "name" | null) => void,
  chosen: ReadonlySet<string>,
  setChosen: (chosen: ReadonlySet<string>) => void,
): Column<ClientRow>[] {
  const t = useTexts("clients");
  const session = useSession();
  const mayChoose = session.has("clients.assign") || session.has("clients.archive");
  return useMemo(
    () => [
      ...(mayChoose
        ? [
            {
              key: "choose",
              title: "",
              width: "36px",
              narrow: "hidden" as const,
              cell: (row: ClientRow) => (
                <Checkbox
                  size="xs"
                  checked={chosen.has(row.id)}
                  aria-label={t("chosen.choose", { name: row.name ?? sayCode(row.short_code) ?? "" })}
                  onChange={(event) => {
                    const next = new Set(chosen);
                    if (event.currentTarget.checked) next.add(row.id);
                    else next.delete(row.id);
                    setChosen(next);
                  }}
                />
              ),
            },
          ]
        : []),
      {
        key: "name",
        title: (
          <UnstyledButton
            fz={12}
            c="dimmed"
            aria-pressed={byName}
            onClick={() => sort(byName ? null : "name")}
          >
            {t(byName ? "list.sortedByName" : "field.name")}
          </UnstyledButton>
        ),
        narrow: "title",
        cell: (row) => (
          <>
            {row.name ?? <Text span c="dimmed" inherit>{t("who.noName")}</Text>}
            {row.private && (
              <IconLock
                size={14}
                stroke={1.5}
                style={{ marginInlineStart: 6, verticalAlign: -2 }}
                aria-label={t("who.private")}
                role="img"
              />
            )}
          </>
        ),
      },
      { key: "code", title: t("field.code"), width: "88px", cell: (row) => sayCode(row.short_code) ?? "–" },
      {
        key: "company",
        title: t("field.company"),
        cell: (row) => (session.hidden.includes("company") ? <Locked /> : (row.company ?? "")),
      },
      { key: "category", title: t("field.category"), width: "120px", cell: (row) => row.category ?? "" },
      {
        key: "curator",
        title: t("field.curator"),
        width: "140px",
        cell: (row) => row.curator ?? <Text span c="dimmed" inherit>{t("who.nobody")}</Text>,
      },
      { key: "changed", title: t("list.changed"), width: "120px", narrow: "hidden", cell: (row) => <When at={row.changed_at} /> },
      {
        key: "call",
        title: "",
        width: "260px",
        cell: (row) => (
          <CallButton
            client={row.id}
            compact
            label={t("who.call", { name: row.name ?? sayCode(row.short_code) ?? "" })}
          />
        ),
      },
    ],
    [t, session.hidden, byName, sort, mayChoose, chosen, setChosen],
  );
}
