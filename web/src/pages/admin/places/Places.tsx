import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useAct } from "../queries";
import { isWhole, type Subject, SubjectPicker, useSubjectName } from "../subject";
import { PlaceCheck } from "./PlaceCheck";

type Rule = components["schemas"]["PlaceRuleModel"];

const KEY = ["place-rules"];
const EVERYONE: Subject = { kind: "everyone", name: null };
const MAC = /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i;

/** From where people may come; who has no rule may come from anywhere. */
export default function Places() {
  const t = useTexts("admin");
  const session = useSession();
  const subjectName = useSubjectName();
  const asked = useQuery({ queryKey: KEY, queryFn: ({ signal }) => ask(api.GET("/api/v1/place-rules", { signal })) });
  const remove = useAct(
    (id: string) => ask(api.DELETE("/api/v1/place-rules/{id}", { params: { path: { id } } })),
    [KEY],
  );
  const changes = session.has("policy.change");
  const columns: Column<Rule>[] = [
    { key: "whose", title: t("subject.label"), narrow: "title", cell: (row) => subjectName(row.subject, row.name) },
    { key: "place", title: t("places.place"), cell: (row) => row.network ?? row.mac },
    { key: "by", title: t("places.by"), width: "140px", narrow: "hidden", cell: (row) => row.created_by },
    { key: "at", title: t("places.at"), width: "120px", narrow: "hidden", cell: (row) => <When at={row.created_at} /> },
    {
      key: "remove",
      title: "",
      width: "56px",
      align: "end",
      cell: (row) => {
        const label = t("places.remove", { place: row.network ?? row.mac ?? "" });
        return (
          changes && (
            <Tooltip label={label}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={label}
                loading={remove.isPending && remove.variables === row.id}
                onClick={() => remove.mutate(row.id)}
              >
                <IconTrash size={16} stroke={1.5} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )
        );
      },
    },
  ];
  return (
    <Page title={t("section.places")}>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("places.what")}
      </Text>
      <Stack gap="lg">
        {changes && <AddRule />}
        <div>
          {remove.error !== null && <ProblemText error={remove.error} />}
          {asked.error !== null ? (
            <Problem error={asked.error} retry={() => void asked.refetch()} />
          ) : (
            <DataTable
              label={t("section.places")}
              columns={columns}
              rows={asked.data?.items}
              rowKey={(row) => row.id}
              empty={t("places.none")}
            />
          )}
        </div>
        <div className={classes["columns"]}>
          <PlaceCheck />
        </div>
      </Stack>
    </Page>
  );
}

function AddRule() {
  const t = useTexts("admin");
  const [subject, setSubject] = useState<Subject>(EVERYONE);
  const [place, setPlace] = useState("");
  const add = useAct(
    () => {
      const { kind, name } = subject;
      const written = place.trim();
      const where = MAC.test(written) ? { mac: written } : { network: written };
      return ask(
        api.POST("/api/v1/place-rules", {
          body: { subject: kind, ...(name === null ? {} : { name }), ...where },
        }),
      );
    },
    [KEY],
    () => setPlace(""),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined);
  };
  return (
    <Part title={t("places.add")}>
      <form onSubmit={submit}>
        <Group gap="sm" align="end">
          <SubjectPicker
            kinds={["everyone", "role", "department", "person"]}
            value={subject}
            onChange={setSubject}
          />
          <TextInput
            size="xs"
            w={220}
            label={t("places.place")}
            placeholder="192.0.2.0/24"
            autoComplete="off"
            spellCheck={false}
            value={place}
            onChange={(event) => setPlace(event.currentTarget.value)}
          />
          <Button
            type="submit"
            h={30}
            loading={add.isPending}
            disabled={place.trim() === "" || !isWhole(subject)}
          >
            {t("places.addAct")}
          </Button>
        </Group>
      </form>
      {add.error !== null && <ProblemText error={add.error} />}
    </Part>
  );
}
