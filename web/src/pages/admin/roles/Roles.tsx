import { Anchor, Button, ScrollArea, Text } from "@mantine/core";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useState } from "react";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { RouteDrawer, useDrawerRoute } from "@/ui/RouteDrawer";

import classes from "../admin.module.css";
import { type Role, useRoles } from "../queries";
import { useRoleName } from "../words";
import { areas, isScoped, type Scope } from "./rights";
import { RoleAdd } from "./RoleAdd";
import { RoleCard } from "./RoleCard";
import { useScopeName } from "./useScopeName";

const PATH = "/admin/roles";

/** Which role may do what to whose: one table, a role in a column. */
export default function Roles() {
  const t = useTexts("admin");
  const session = useSession();
  const roleName = useRoleName();
  const drawer = useDrawerRoute(PATH);
  const [isNew, setNew] = useState(false);
  const asked = useRoles();
  const roles = asked.data?.items ?? [];
  const opened = roles.find((role) => role.name === drawer.id);
  return (
    <Page
      title={t("section.roles")}
      figures={
        session.has("people.change") && (
          <Button leftSection={<IconPlus size={16} stroke={1.5} aria-hidden />} onClick={() => setNew(true)}>
            {t("roles.add")}
          </Button>
        )
      }
    >
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <Matrix roles={roles} onOpen={drawer.open} />
      )}
      <RouteDrawer
        opened={opened !== undefined}
        close={drawer.close}
        size="min(560px, 100%)"
        title={opened !== undefined && roleName(opened.name)}
      >
        {opened !== undefined && <RoleCard key={opened.name} role={opened} onGone={drawer.close} />}
      </RouteDrawer>
      {isNew && (
        <RoleAdd
          roles={roles}
          onClose={() => setNew(false)}
          onMade={(name) => {
            setNew(false);
            drawer.open(name);
          }}
        />
      )}
    </Page>
  );
}

function Matrix({ roles, onOpen }: { roles: readonly Role[]; onOpen: (name: string) => void }) {
  const t = useTexts("admin");
  const roleName = useRoleName();
  const scopeName = useScopeName();
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, "aria-label": t("roles.table") }}>
      <table className={classes["matrix"]} aria-label={t("roles.table")}>
        <thead>
          <tr>
            <th scope="col">{t("roles.right")}</th>
            {roles.map((role) => (
              <th key={role.name} scope="col">
                <Anchor component="button" type="button" size="xs" onClick={() => onOpen(role.name)}>
                  {roleName(role.name)}
                </Anchor>{" "}
                <Text span c="dimmed" inherit title={t("roles.people", { count: role.people })}>
                  {role.people}
                </Text>
                {role.changed && (
                  <Text c="dimmed" inherit>
                    {t("roles.changed")}
                  </Text>
                )}
              </th>
            ))}
          </tr>
        </thead>
        {areas.map(([area, rights]) => (
          <tbody key={area}>
            <tr className={classes["area"]}>
              <th scope="rowgroup" colSpan={roles.length + 1}>
                {t(`area.${area}`)}
              </th>
            </tr>
            {rights.map((right) => (
              <tr key={right}>
                <th scope="row" title={right}>
                  {t(`right.${right}`)}
                </th>
                {roles.map((role) => {
                  const scope = (role.rights[right] ?? "none") as Scope;
                  return (
                    <td key={role.name}>
                      <Text span inherit c={scope === "none" ? "dimmed" : undefined} fw={scope === "all" ? 600 : undefined}>
                        {scopeName(scope, isScoped(right))}
                      </Text>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </ScrollArea>
  );
}
