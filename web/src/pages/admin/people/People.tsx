import { Button, Chip, Select, Text, TextInput } from "@mantine/core";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { lazy, Suspense, useMemo, useRef, useState } from "react";

import { useTexts } from "@/app/i18n";
import { type Presence, useAwayWords, usePresences } from "@/app/presence/presence";
import { useSession } from "@/app/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { RouteDrawer, useDrawerRoute } from "@/ui/RouteDrawer";
import { StateMark } from "@/ui/StateMark";
import { flag, text, useFilters } from "@/ui/useFilters";
import { useKeys } from "@/ui/useKeys";
import { When } from "@/ui/When";

import { type Person, useDepartments, useLeft, usePeople, useRoles } from "../queries";
import { useFieldName, useRoleName } from "../words";
import { matches } from "./match";

const PersonAdd = lazy(() => import("./PersonAdd").then((one) => ({ default: one.PersonAdd })));
const PersonCard = lazy(() => import("./PersonCard").then((one) => ({ default: one.PersonCard })));

const PATH = "/admin/people";
const FILTERS = { q: text, role: text, department: text, left: flag };

/** Who works here, and what each may do. */
export default function People() {
  const t = useTexts("admin");
  const session = useSession();
  const roleName = useRoleName();
  const [filters, setFilters] = useFilters(FILTERS);
  const drawer = useDrawerRoute(PATH);
  const search = useRef<HTMLInputElement>(null);
  const [isNew, setNew] = useState(false);
  const roles = useRoles();
  const departments = useDepartments();
  const here = usePeople();
  const left = useLeft(filters.left ?? false);
  const asked = filters.left ? left : here;
  const columns = useColumns(filters.left ?? false);
  const rows = useMemo(
    () => asked.data?.items.filter((person) => matches(person, filters)),
    [asked.data, filters],
  );
  useKeys({
    "/": () => search.current?.focus(),
    n: () => session.has("people.change") && setNew(true),
  });
  return (
    <Page
      title={t("section.people")}
      filters={
        <>
          <TextInput
            ref={search}
            type="search"
            size="xs"
            w={{ base: "100%", xs: 180 }}
            placeholder={t("people.search")}
            aria-label={t("people.search")}
            value={filters.q ?? ""}
            onChange={(event) => setFilters({ q: event.currentTarget.value })}
          />
          <Select
            w={150}
            clearable
            placeholder={t("people.role")}
            aria-label={t("people.role")}
            data={(roles.data?.items ?? []).map(({ name }) => ({ value: name, label: roleName(name) }))}
            value={filters.role}
            onChange={(role) => setFilters({ role })}
          />
          {(departments.data?.items.length ?? 0) > 0 && (
            <Select
              w={150}
              clearable
              placeholder={t("people.department")}
              aria-label={t("people.department")}
              data={(departments.data?.items ?? []).map(({ name }) => name)}
              value={filters.department}
              onChange={(department) => setFilters({ department })}
            />
          )}
          <Chip
            size="xs"
            checked={filters.left ?? false}
            onChange={(isOn) => setFilters({ left: isOn ? true : null })}
          >
            {t("people.left")}
          </Chip>
        </>
      }
      figures={
        session.has("people.change") && (
          <Button leftSection={<IconPlus size={16} stroke={1.5} aria-hidden />} onClick={() => setNew(true)}>
            {t("people.add")}
          </Button>
        )
      }
    >
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable
          label={t("section.people")}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.name}
          onOpen={(row) => drawer.open(row.name)}
          opened={drawer.id}
          empty={t(filters.left ? "people.noneLeft" : "people.none")}
        />
      )}
      <RouteDrawer opened={drawer.id !== null} close={drawer.close} size="min(720px, 100%)" title={drawer.id}>
        <Suspense fallback={null}>
          {drawer.id !== null && <PersonCard key={drawer.id} name={drawer.id} />}
        </Suspense>
      </RouteDrawer>
      <Suspense fallback={null}>
        {isNew && (
          <PersonAdd
            onClose={() => setNew(false)}
            onMade={(name) => {
              setNew(false);
              drawer.open(name);
            }}
          />
        )}
      </Suspense>
    </Page>
  );
}

function useColumns(isLeft: boolean): Column<Person>[] {
  const t = useTexts("admin");
  const roleName = useRoleName();
  const fieldName = useFieldName();
  const words = useAwayWords();
  const { data: presences } = usePresences();
  const awayOf = (name: string) => {
    const one = presences?.get(name);
    return one?.is_away === true ? one : null;
  };
  return [
    {
      key: "name",
      title: t("people.name"),
      narrow: "title",
      cell: (row) => (
        <>
          {row.full_name ?? row.name}{" "}
          {row.full_name !== null && (
            <Text span c="dimmed" inherit>
              {row.name}
            </Text>
          )}
          <Absence of={awayOf(row.name)} words={words} />
        </>
      ),
    },
    {
      key: "role",
      title: t("people.role"),
      width: "150px",
      cell: (row) => (
        <>
          {roleName(row.role)}
          {Object.keys(row.exceptions).length > 0 && (
            <Text span c="dimmed" inherit>
              {" "}
              {t("people.exceptions", { count: Object.keys(row.exceptions).length })}
            </Text>
          )}
        </>
      ),
    },
    { key: "department", title: t("people.department"), width: "140px", cell: (row) => row.department ?? "" },
    {
      key: "hidden",
      title: t("people.hidden"),
      narrow: "hidden",
      cell: (row) => row.hidden.map(fieldName).join(", "),
    },
    isLeft
      ? {
          key: "left",
          title: t("people.leftAt"),
          width: "130px",
          cell: (row) => (row.left_at === null ? "" : <When at={row.left_at} />),
        }
      : {
          key: "way",
          title: t("people.way"),
          width: "170px",
          cell: (row) => <Way person={row} />,
        },
  ];
}

/** That he is away, beside his name. */
function Absence({ of: away, words }: { of: Presence | null; words: ReturnType<typeof useAwayWords> }) {
  if (away === null) return null;
  return (
    <Text span c="dimmed" size="xs">
      {" "}
      <StateMark state="away">{words(away)}</StateMark>
    </Text>
  );
}

/** How he can sign in. */
function Way({ person }: { person: Person }) {
  const t = useTexts("admin");
  const ways = [
    ...(person.has_password ? [t("people.byPassword")] : []),
    ...(person.windows_account !== null ? [t("people.byWindows")] : []),
  ];
  if (ways.length > 0) return <>{ways.join(", ")}</>;
  return (
    <Text span c="dimmed" inherit>
      {t("people.noWay")}
    </Text>
  );
}
