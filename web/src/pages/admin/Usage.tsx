import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Problem, ProblemText } from "@/ui/Problem";

import { Part } from "./Facts";
import { useAct } from "./queries";
import type { Limit } from "./quotas";

type Quota = components["schemas"]["QuotaModel"];
type Used = components["schemas"]["UsedModel"];

const KEY = ["quotas"];
const NEAR = 0.8;

/** What each has used of his quotas; who has come near stands first. */
export function Usage() {
  const t = useTexts("admin");
  const session = useSession();
  const asked = useQuery({ queryKey: KEY, queryFn: ({ signal }) => ask(api.GET("/api/v1/quotas", { signal })) });
  const lift = useAct(
    (person: string) => ask(api.DELETE("/api/v1/quotas/{person}", { params: { path: { person } } })),
    [KEY],
  );
  const rows = asked.data && [...asked.data.items].sort((one, other) => part(other) - part(one));
  const columns: Column<Quota>[] = [
    { key: "person", title: t("people.name"), narrow: "title", cell: (row) => row.person },
    ...(rows?.[0]?.windows ?? []).map((of, position) => ({
      key: limitOf(of),
      title: t(`quotas.${limitOf(of)}`),
      width: "140px",
      align: "end" as const,
      cell: (row: Quota) => <Portion of={row.windows[position]} />,
    })),
    {
      key: "lift",
      title: "",
      width: "100px",
      align: "end",
      cell: (row) =>
        session.has("reports.settle") &&
        row.person !== session.person &&
        row.windows.some((one) => one.used > 0) && (
          <Button
            size="compact-xs"
            variant="default"
            loading={lift.isPending && lift.variables === row.person}
            onClick={() => lift.mutate(row.person)}
          >
            {t("quotas.lift")}
          </Button>
        ),
    },
  ];
  return (
    <Part title={t("quotas.used")}>
      {lift.error !== null && <ProblemText error={lift.error} />}
      {lift.isSuccess && (
        <Text size="sm" c="dimmed" role="status">
          {t("quotas.lifted", { name: lift.variables })}
        </Text>
      )}
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable label={t("quotas.used")} columns={columns} rows={rows} rowKey={(row) => row.person} />
      )}
    </Part>
  );
}

function limitOf({ unit, hours }: Used): Limit {
  return `${unit === "cards" ? "cards" : "rows"}_${hours === 1 ? "hour" : "day"}`;
}

/** How much of the tightest of his quotas is used. */
function part(quota: Quota): number {
  return Math.max(0, ...quota.windows.map((one) => one.used / one.limit));
}

function Portion({ of }: { of: Used | undefined }) {
  const t = useTexts("admin");
  if (of === undefined) return null;
  return (
    <Text span inherit fw={of.used >= of.limit * NEAR ? 600 : undefined} c={of.used === 0 ? "dimmed" : undefined}>
      {t("quotas.usage", { used: of.used, limit: of.limit })}
    </Text>
  );
}
