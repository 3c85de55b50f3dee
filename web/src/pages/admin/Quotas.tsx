import { Button, Group, NumberInput, ScrollArea, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";

import classes from "./admin.module.css";
import { Part } from "./Facts";
import { PersonSelect } from "./people/selects";
import { useAct, usePeople, useRoles } from "./queries";
import { type ByName, type Limit, type Limits, LIMITS, usualOf, withLimit } from "./quotas";
import { Usage } from "./Usage";
import { useRoleName } from "./words";

const KEY = ["policies", "quotas"];
const MOST = 1_000_000;

interface Typed {
  roles: ByName;
  people: ByName;
}

/** How much one may read in an hour and a day; and what has been used of it. */
export default function Quotas() {
  const t = useTexts("admin");
  const session = useSession();
  const roleName = useRoleName();
  const [typed, setTyped] = useState<Typed | null>(null);
  const [added, setAdded] = useState<readonly string[]>([]);
  const roles = useRoles(session.has("people.read"));
  const people = usePeople();
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/policies/quotas", { signal })),
  });
  const now: Typed = typed ?? { roles: asked.data?.roles ?? {}, people: asked.data?.people ?? {} };
  const save = useAct(
    () => ask(api.PUT("/api/v1/policies/quotas", { body: { roles: now.roles, people: now.people } })),
    [KEY, ["quotas"]],
    () => {
      setTyped(null);
      setAdded([]);
    },
  );
  const disabled = !session.has("policy.change");
  const defaults = asked.data?.defaults ?? {};
  const roleOf = (person: string) => people.data?.items.find(({ name }) => name === person)?.role ?? "manager";
  const ofRole = (role: string): Limits => ({ ...usualOf(defaults, role), ...now.roles[role] });
  const roleNames = roles.data?.items.map(({ name }) => name) ?? Object.keys(defaults);
  return (
    <Page title={t("section.quotas")}>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("quotas.what")}
      </Text>
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : asked.data === undefined ? (
        <Skeleton h={320} />
      ) : (
        <Stack gap="lg">
          <Part title={t("quotas.roles")}>
            <Grid
              label={t("quotas.roles")}
              names={roleNames.map((name) => [name, roleName(name)])}
              values={now.roles}
              usual={(role) => usualOf(defaults, role)}
              disabled={disabled}
              onChange={(name, limit, value) =>
                setTyped({ ...now, roles: withLimit(now.roles, name, limit, value) })
              }
            />
          </Part>
          <Part title={t("quotas.people")}>
            <Grid
              label={t("quotas.people")}
              names={[...new Set([...Object.keys(now.people), ...added])].map((name) => [name, name])}
              values={now.people}
              usual={(person) => ofRole(roleOf(person))}
              disabled={disabled}
              onChange={(name, limit, value) =>
                setTyped({ ...now, people: withLimit(now.people, name, limit, value) })
              }
            />
            {!disabled && (
              <Group mt="sm">
                <PersonSelect
                  label={t("quotas.addPerson")}
                  value={null}
                  onChange={(name) => name !== null && setAdded((before) => [...before, name])}
                />
              </Group>
            )}
          </Part>
          {save.error !== null && <ProblemText error={save.error} />}
          {!disabled && (
            <Group gap="sm">
              <Button loading={save.isPending} disabled={typed === null} onClick={() => save.mutate(undefined)}>
                {t("save")}
              </Button>
              {typed !== null && (
                <Button variant="default" onClick={() => setTyped(null)}>
                  {t("giveUp")}
                </Button>
              )}
            </Group>
          )}
          <Usage />
        </Stack>
      )}
    </Page>
  );
}

interface GridProps {
  label: string;
  /** Key and word of each line. */
  names: readonly (readonly [string, string])[];
  values: ByName;
  usual: (name: string) => Limits;
  disabled: boolean;
  onChange: (name: string, limit: Limit, value: number | null) => void;
}

function Grid({ label, names, values, usual, disabled, onChange }: GridProps) {
  const t = useTexts("admin");
  if (names.length === 0) return null;
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, "aria-label": label }}>
      <table className={classes["matrix"]} aria-label={label}>
        <thead>
          <tr>
            <td />
            {LIMITS.map((limit) => (
              <th key={limit} scope="col">
                {t(`quotas.${limit}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map(([name, word]) => (
            <tr key={name}>
              <th scope="row">{word}</th>
              {LIMITS.map((limit) => (
                <td key={limit}>
                  <NumberInput
                    size="xs"
                    w={150}
                    hideControls
                    aria-label={`${word}: ${t(`quotas.${limit}`)}`}
                    min={1}
                    max={MOST}
                    allowDecimal={false}
                    thousandSeparator=" "
                    disabled={disabled}
                    placeholder={t("quotas.usual", { count: usual(name)[limit] ?? 0 })}
                    value={values[name]?.[limit] ?? ""}
                    onChange={(value) => onChange(name, limit, typeof value === "number" ? value : null)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
