import { Button, Chip, Group, Select, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { callings } from "@/ui/calling";
import { DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem } from "@/ui/Problem";
import { RouteDrawer, useDrawerRoute } from "@/ui/RouteDrawer";
import { SavedViews } from "@/ui/SavedViews";
import { sayCode } from "@/ui/code";
import { choice, flag, text, useFilters } from "@/ui/useFilters";
import { useKeys } from "@/ui/useKeys";
import { useNow } from "@/ui/useNow";

import { asked, isForAddress } from "./asked";
import { ClientCard } from "./card/ClientCard";
import { Chosen } from "./Chosen";
import { NewClient } from "./NewClient";
import {
  type ClientQuestion,
  useCategories,
  useClient,
  useClients,
  usePeople,
} from "./queries";
import { Takeovers } from "./Takeovers";
import { useColumns } from "./useColumns";

const PATH = "/clients";
const NOBODY = "—";
const FILTERS = {
  q: text,
  curator: text,
  category: text,
  task: flag,
  since: choice("7", "30", "90"),
  sort: choice("created", "name"),
};
const DAY = 86_400_000;

/** The clients of whom one may know. */
export default function ClientsPage() {
  const t = useTexts("clients");
  const session = useSession();
  const [filters, setFilters] = useFilters(FILTERS);
  const drawer = useDrawerRoute(PATH);
  const search = useRef<HTMLInputElement>(null);
  // What could reach a client is looked for, and stands in no address.
  const [written, setWritten] = useState(filters.q ?? "");
  const [settled] = useDebouncedValue(written, 250);
  const [isNew, setNew] = useState(false);

  useEffect(() => {
    const kept = isForAddress(settled) ? settled.trim() : "";
    if (kept !== (filters.q ?? "")) setFilters({ q: kept || null });
    // The address follows what is written; a saved view is taken up below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  const [known, setKnown] = useState(filters.q);
  if (known !== filters.q) {
    setKnown(filters.q);
    if (filters.q !== null && filters.q !== written.trim()) setWritten(filters.q);
  }

  const found = asked(settled, session.hidden);
  const day = Math.floor(useNow("minute") / DAY);
  const question = useMemo<ClientQuestion>(
    () => ({
      ...(found !== null && found.by !== "hidden" ? { [found.by]: found.text } : {}),
      ...(filters.curator === NOBODY
        ? { unassigned: true }
        : { curator: filters.curator ?? undefined }),
      category: filters.category ?? undefined,
      open_task: filters.task ?? undefined,
      created_since:
        filters.since === null
          ? undefined
          : new Date((day - Number(filters.since)) * DAY).toISOString(),
      sort: filters.sort ?? undefined,
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [settled, session.hidden, filters, day],
  );
  const isHidden = found?.by === "hidden";
  const clients = useClients(question, !isHidden);
  const rows = isHidden ? [] : clients.data?.pages.flatMap((page) => page.items);
  const sort = useCallback((by: "name" | null) => setFilters({ sort: by }), [setFilters]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [listed, setListed] = useState(question);
  if (listed !== question) {
    // Nothing is done with clients who are not to be seen any more.
    setListed(question);
    setChosen(new Set());
  }
  const columns = useColumns(filters.sort === "name", sort, chosen, setChosen);

  useKeys({
    "/": () => search.current?.focus(),
    n: () => session.has("clients.create") && setNew(true),
  });

  const isNarrowed = settled.trim() !== "" || Object.values(filters).some((one) => one !== null);
  return (
    <Page
      title={t("title")}
      filters={
        <>
          <TextInput
            ref={search}
            type="search"
            size="xs"
            w={{ base: "100%", xs: 180 }}
            value={written}
            placeholder={t("list.search")}
            aria-label={t("list.search")}
            onChange={(event) => setWritten(event.currentTarget.value)}
          />
          <Narrowing filters={filters} setFilters={setFilters} />
          <SavedViews page="clients" path={PATH} />
        </>
      }
      figures={
        <Group gap="xs">
          {session.has("clients.takeover") && <Takeovers />}
          {session.has("clients.create") && (
            <Button
              leftSection={<IconPlus size={16} stroke={1.5} aria-hidden />}
              onClick={() => setNew(true)}
            >
              {t("new.button")}
            </Button>
          )}
        </Group>
      }
    >
      {clients.error !== null ? (
        <Problem error={clients.error} retry={() => void clients.refetch()} />
      ) : (
        <>
          <Chosen chosen={chosen} clear={() => setChosen(new Set())} />
          <DataTable
            label={t("title")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={(row) => drawer.open(row.id)}
            opened={drawer.id}
            keys={{ c: (row) => void callings.begin(row.id) }}
            empty={
              isHidden
                ? t(found.field === "phones" ? "list.numberHidden" : "list.emailHidden")
                : t(isNarrowed ? "list.noneFound" : "list.none")
            }
            more={clients.hasNextPage ? () => void clients.fetchNextPage() : undefined}
            isLoadingMore={clients.isFetchingNextPage}
          />
        </>
      )}
      <RouteDrawer
        opened={drawer.id !== null}
        close={drawer.close}
        size="min(1120px, 100%)"
        title={drawer.id !== null && <CardTitle id={drawer.id} />}
      >
        {drawer.id !== null && <ClientCard key={drawer.id} id={drawer.id} />}
      </RouteDrawer>
      {isNew && (
        <NewClient
          onClose={() => setNew(false)}
          onMade={(id) => {
            setNew(false);
            drawer.open(id);
          }}
        />
      )}
    </Page>
  );
}

type FilterValues = ReturnType<typeof useFilters<typeof FILTERS>>[0];

function Narrowing(props: {
  filters: FilterValues;
  setFilters: (change: Partial<FilterValues>) => void;
}) {
  const { filters, setFilters } = props;
  const t = useTexts("clients");
  const session = useSession();
  const people = usePeople();
  const categories = useCategories();
  const wide = session.rights["clients.read"] !== "own" || session.has("clients.unassigned");
  const others = (people.data?.items ?? []).filter((one) => one.name !== session.person);
  return (
    <>
      {wide && (
        <Select
          w={110}
          clearable
          searchable
          placeholder={t("list.curator")}
          aria-label={t("list.curator")}
          data={[
            { value: session.person, label: t("list.mine") },
            { value: NOBODY, label: t("who.nobody") },
            ...others.map((one) => ({ value: one.name, label: one.full_name ?? one.name })),
          ]}
          value={filters.curator}
          onChange={(curator) => setFilters({ curator })}
        />
      )}
      {(categories.data?.items.length ?? 0) > 0 && (
        <Select
          w={110}
          clearable
          placeholder={t("field.category")}
          aria-label={t("field.category")}
          data={(categories.data?.items ?? []).map((one) => one.name)}
          value={filters.category}
          onChange={(category) => setFilters({ category })}
        />
      )}
      <Select
        w={110}
        clearable
        placeholder={t("list.since")}
        aria-label={t("list.since")}
        data={(["7", "30", "90"] as const).map((days) => ({
          value: days,
          label: t("list.days", { count: Number(days) }),
        }))}
        value={filters.since}
        onChange={(since) => setFilters({ since: since as FilterValues["since"] })}
      />
      {session.has("tasks.read") && (
        <Chip
          size="xs"
          checked={filters.task ?? false}
          onChange={(task) => setFilters({ task: task ? true : null })}
        >
          {t("list.task")}
        </Chip>
      )}
    </>
  );
}

/** Who it is, once the card is here. */
function CardTitle({ id }: { id: string }) {
  const t = useTexts("clients");
  const card = useClient(id).data;
  if (card === undefined) return <>{t("who.title")}</>;
  return (
    <>
      <Text span fw={600} size="lg">
        {card.name ?? t("who.noName")}
      </Text>{" "}
      <Text span c="dimmed" size="sm">
        {sayCode(card.short_code)}
      </Text>
      {card.private && (
        <Text span c="dimmed" size="sm">
          {" · "}
          {t("who.private")}
        </Text>
      )}
    </>
  );
}
