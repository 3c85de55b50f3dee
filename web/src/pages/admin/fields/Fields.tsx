import { NativeSelect, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { SESSION, useSession } from "@/app/session";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { SaveRow } from "@/ui/SaveRow";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { keys, useAct } from "../queries";
import { isWhole, type Subject, SubjectPicker } from "../subject";
import { useFieldName } from "../words";
import { changesOf, hiddenBy, type Said, saidOf, wantedOf } from "./draft";
import { Effects } from "./Effects";
import { Preview } from "./Preview";
import { usePreview, useRules, type Wanted } from "./queries";
import { RuleList } from "./RuleList";
import { SeenAs } from "./SeenAs";

const EVERYONE: Subject = { kind: "everyone", name: null };

/** Which fields of a card are hidden from whom; what a change would do is seen before it is made. */
export default function Fields() {
  const t = useTexts("admin");
  const session = useSession();
  const queries = useQueryClient();
  const fieldName = useFieldName();
  const asked = useRules();
  const [subject, setSubject] = useState<Subject>(EVERYONE);
  const [typed, setTyped] = useState<Record<string, Said>>({});
  const before = saidOf(asked.data?.items ?? [], subject);
  const changes = changesOf(before, typed);
  const wanted = isWhole(subject) ? wantedOf(subject, changes) : null;
  const preview = usePreview(wanted);
  const save = useAct(
    (body: Wanted) => ask(api.PUT("/api/v1/field-rules", { body })),
    [keys.rules, keys.people, keys.roles, SESSION],
    () => {
      setTyped({});
      queries.removeQueries({ queryKey: ["seen-as"] });
    },
  );
  const choose = (chosen: Subject) => {
    setSubject(chosen);
    setTyped({});
    save.reset();
  };
  if (asked.error !== null) {
    return (
      <Page title={t("section.fields")}>
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      </Page>
    );
  }
  const mayChange = session.has("policy.change");
  return (
    <Page title={t("section.fields")}>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("fields.what")}
      </Text>
      <div className={classes["columns"]}>
        <Stack gap="lg">
          <Part title={t("fields.rule")}>
            <Stack gap="sm">
              <SubjectPicker kinds={["everyone", "role", "person"]} value={subject} onChange={choose} />
              {isWhole(subject) && (
                <table className={classes["matrix"]} aria-label={t("fields.rule")}>
                  <tbody>
                    {(asked.data?.fields ?? []).map((field) => {
                      const said = field in typed ? typed[field] : (before[field] ?? null);
                      return (
                        <tr key={field}>
                          <th scope="row">{fieldName(field)}</th>
                          <td>
                            <NativeSelect
                              size="xs"
                              aria-label={fieldName(field)}
                              disabled={!mayChange}
                              value={said ?? ""}
                              onChange={(event) => {
                                const value = (event.currentTarget.value || null) as Said;
                                setTyped((now) => ({ ...now, [field]: value }));
                              }}
                              data={[
                                { value: "", label: t("fields.silent") },
                                { value: "hide", label: t("fields.hide") },
                                { value: "show", label: t("fields.show") },
                              ]}
                            />
                          </td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              )}
              {mayChange && (
                <SaveRow
                  save={save}
                  isChanged={wanted !== null}
                  onSave={() => wanted !== null && save.mutate(wanted)}
                  onGiveUp={() => setTyped({})}
                  saved={t("fields.saved")}
                />
              )}
            </Stack>
          </Part>
          {wanted !== null && <Preview asked={preview} isLifted={changes.gone.length > 0} />}
          <Effects hidden={hiddenBy(before, typed)} />
          <RuleList rules={asked.data?.items} onOpen={choose} />
        </Stack>
        {session.has("clients.read") && <SeenAs draft={wanted} />}
      </div>
    </Page>
  );
}
