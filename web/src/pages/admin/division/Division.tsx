import { Button, Group, Radio, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Page } from "@/ui/Page";
import { ProblemText } from "@/ui/Problem";

import classes from "../admin.module.css";
import { PeopleSelect, PersonSelect } from "../people/selects";
import { useAct } from "../queries";
import { NewClients } from "./NewClients";
import { PlanTable } from "./PlanTable";
import { Progress } from "./Progress";
import { type Plan, wantedOf, type Which } from "./wanted";

/** Clients get other curators: by a plan that is shown first. */
export default function Division() {
  const t = useTexts("admin");
  const session = useSession();
  const [which, setWhich] = useState<Which>("unassigned");
  const [of, setOf] = useState<string | null>(null);
  const [category, setCategory] = useState<string | null>(null);
  const [to, setTo] = useState<string[]>([]);
  const [post, setPost] = useState<"curator" | "deputy">("curator");
  const [plan, setPlan] = useState<Plan | null>(null);
  const [running, setRunning] = useState<string | null>(null);
  const categories = useQuery({
    queryKey: ["categories"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/categories", { signal })),
    enabled: session.has("clients.read"),
  });
  const wanted = wantedOf({ which, of, category, to, post });
  const show = useAct(
    () => {
      if (wanted === null) throw new Error("asked without clients or people");
      return ask(api.POST("/api/v1/divisions", { body: wanted }));
    },
    [],
    setPlan,
  );
  const changed = () => setPlan(null);
  if (running !== null) {
    return (
      <Page title={t("section.division")}>
        <Progress id={running} onDone={() => setRunning(null)} />
      </Page>
    );
  }
  return (
    <Page title={t("section.division")}>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("division.what")}
      </Text>
      <div className={classes["columns"]}>
        <Stack gap="md">
          <Radio.Group
            label={t("division.which")}
            value={which}
            onChange={(chosen) => {
              setWhich(chosen as Which);
              changed();
            }}
          >
            <Group gap="md" mt="xs">
              {(["unassigned", "of", "category"] as const).map((one) => (
                <Radio key={one} value={one} label={t(`division.${one}`)} />
              ))}
            </Group>
          </Radio.Group>
          {which === "of" && (
            <PersonSelect
              label={t("division.whose")}
              value={of}
              onChange={(name) => {
                setOf(name);
                changed();
              }}
            />
          )}
          {which === "category" && (
            <Select
              size="sm"
              label={t("own.category")}
              data={(categories.data?.items ?? []).map(({ name }) => name)}
              value={category}
              onChange={(name) => {
                setCategory(name);
                changed();
              }}
            />
          )}
          <PeopleSelect
            label={t("division.to")}
            description={t("division.toWhat")}
            value={to}
            onChange={(names) => {
              setTo(names);
              changed();
            }}
          />
          <Radio.Group
            label={t("division.post")}
            value={post}
            onChange={(chosen) => {
              setPost(chosen as "curator" | "deputy");
              changed();
            }}
          >
            <Group gap="md" mt="xs">
              {(["curator", "deputy"] as const).map((one) => (
                <Radio key={one} value={one} label={t(`division.${one}`)} />
              ))}
            </Group>
          </Radio.Group>
          {show.error !== null && <ProblemText error={show.error} />}
          <Button w="fit-content" loading={show.isPending} disabled={wanted === null} onClick={() => show.mutate(undefined)}>
            {t("division.show")}
          </Button>
        </Stack>
        {plan !== null && <PlanTable plan={plan} onRun={setRunning} />}
        {session.has("policy.read") && <NewClients />}
      </div>
    </Page>
  );
}
