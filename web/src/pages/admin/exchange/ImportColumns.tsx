import { NativeSelect, Text } from "@mantine/core";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ProblemText } from "@/ui/Problem";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useAct, useCustomFields } from "../queries";
import { useFieldName } from "../words";
import { type Details, KEY } from "./queries";

const FIELDS = [
  "name",
  "phones",
  "emails",
  "addresses",
  "messengers",
  "company",
  "category",
  "curator",
  "deputy",
  "notes",
];

/** Which column is which field: guessed, to be said otherwise. */
export function ImportColumns({ table }: { table: Details }) {
  const t = useTexts("admin");
  const session = useSession();
  const fieldName = useFieldName();
  const custom = useCustomFields();
  const fields = [...FIELDS, ...(custom.data?.items ?? []).map((one) => one.field)].filter(
    (field) => !session.hidden.includes(field),
  );
  const save = useAct(
    (columns: Record<string, string>) =>
      ask(api.PUT("/api/v1/imports/{id}", { params: { path: { id: table.id } }, body: { columns } })),
    [KEY],
  );
  const choose = (heading: string, field: string) => {
    const said = table.columns.filter((one) => one.field !== null && one.heading !== heading);
    const others = Object.fromEntries(said.map((one) => [one.heading, one.field ?? ""]));
    save.mutate(field === "" ? others : { ...others, [heading]: field });
  };
  return (
    <Part title={t("imports.columns")}>
      {save.error !== null && <ProblemText error={save.error} />}
      <table className={classes["matrix"]} aria-label={t("imports.columns")}>
        <thead>
          <tr>
            <th scope="col">{t("imports.heading")}</th>
            <th scope="col">{t("imports.field")}</th>
            <th scope="col">{t("imports.samples")}</th>
          </tr>
        </thead>
        <tbody>
          {table.columns.map((column) => (
            <tr key={column.heading}>
              <th scope="row">{column.heading}</th>
              <td>
                <NativeSelect
                  size="xs"
                  aria-label={column.heading}
                  value={column.field ?? ""}
                  disabled={save.isPending}
                  onChange={(event) => choose(column.heading, event.currentTarget.value)}
                  data={[
                    { value: "", label: t("imports.leaveOut") },
                    ...fields.map((field) => ({ value: field, label: fieldName(field) })),
                  ]}
                />
              </td>
              <td>
                <Text c="dimmed" inherit>
                  {column.samples.filter(Boolean).slice(0, 3).join(" · ")}
                </Text>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}
