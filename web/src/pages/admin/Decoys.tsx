import { Button, Group, Modal, MultiSelect, NumberInput, Stack, Text, Textarea, TextInput } from "@mantine/core";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import { lines } from "./lines";
import { PeopleSelect } from "./people/selects";
import { useAct } from "./queries";

type Decoy = components["schemas"]["DecoyModel"];
type Spoken = "en" | "ru";

const KEY = ["decoys"];
const USUAL = 10;
const MOST = 100;

/** Clients whom there is not: who reads them gives himself away. */
export default function Decoys() {
  const t = useTexts("admin");
  const [isNew, setNew] = useState(false);
  const asked = useQuery({ queryKey: KEY, queryFn: ({ signal }) => ask(api.GET("/api/v1/decoys", { signal })) });
  const remove = useAct(
    (id: string) => ask(api.DELETE("/api/v1/decoys/{id}", { params: { path: { id } } })),
    [KEY],
  );
  const columns: Column<Decoy>[] = [
    { key: "name", title: t("decoys.name"), narrow: "title", cell: (row) => row.name ?? t("nameless") },
    { key: "curator", title: t("decoys.curator"), width: "140px", cell: (row) => row.curator ?? t("seen.nobody") },
    { key: "phone", title: t("decoys.phone"), width: "90px", cell: (row) => t(row.has_phone ? "yes" : "no") },
    { key: "made", title: t("decoys.made"), width: "130px", cell: (row) => <When at={row.created_at} /> },
    {
      key: "remove",
      title: "",
      width: "110px",
      align: "end",
      cell: (row) =>
        row.archived_at !== null ? (
          <Text span c="dimmed" inherit>
            {t("decoys.removed")}
          </Text>
        ) : (
          <Button
            size="compact-xs"
            variant="default"
            loading={remove.isPending && remove.variables === row.id}
            onClick={() => remove.mutate(row.id)}
          >
            {t("decoys.remove")}
          </Button>
        ),
    },
  ];
  return (
    <Page
      title={t("section.decoys")}
      figures={
        <Button leftSection={<IconPlus size={16} stroke={1.5} aria-hidden />} onClick={() => setNew(true)}>
          {t("decoys.add")}
        </Button>
      }
    >
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t("decoys.what")}
      </Text>
      {remove.error !== null && <ProblemText error={remove.error} />}
      {asked.error !== null ? (
        <Problem error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable
          label={t("section.decoys")}
          columns={columns}
          rows={asked.data?.items}
          rowKey={(row) => row.id}
          empty={t("decoys.none")}
        />
      )}
      {isNew && <DecoyForm onClose={() => setNew(false)} />}
    </Page>
  );
}

function DecoyForm({ onClose }: { onClose: () => void }) {
  const t = useTexts("admin");
  const [count, setCount] = useState(USUAL);
  const [languages, setLanguages] = useState<Spoken[]>(["en", "ru"]);
  const [domain, setDomain] = useState("");
  const [numbers, setNumbers] = useState("");
  const [curators, setCurators] = useState<string[]>([]);
  const make = useAct(
    () =>
      ask(
        api.POST("/api/v1/decoys", {
          body: { count, languages, domain: domain.trim() || null, numbers: lines(numbers), curators },
        }),
      ),
    [KEY],
    onClose,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(undefined);
  };
  return (
    <Modal opened onClose={onClose} title={t("decoys.add")} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <NumberInput
            data-autofocus
            label={t("decoys.count")}
            min={1}
            max={MOST}
            allowDecimal={false}
            value={count}
            onChange={(value) => typeof value === "number" && setCount(value)}
          />
          <MultiSelect
            size="sm"
            label={t("decoys.languages")}
            data={(["en", "ru"] as const).map((one) => ({ value: one, label: t(`machine.languages.${one}`) }))}
            value={languages}
            onChange={(chosen) => setLanguages(chosen as Spoken[])}
          />
          <TextInput
            label={t("decoys.domain")}
            description={t("decoys.domainWhat")}
            autoComplete="off"
            value={domain}
            onChange={(event) => setDomain(event.currentTarget.value)}
          />
          <Textarea
            label={t("decoys.numbers")}
            description={t("decoys.numbersWhat")}
            autosize
            minRows={2}
            value={numbers}
            onChange={(event) => setNumbers(event.currentTarget.value)}
          />
          <PeopleSelect
            label={t("decoys.curators")}
            description={t("decoys.curatorsWhat")}
            value={curators}
            onChange={setCurators}
          />
          {make.error !== null && <ProblemText error={make.error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("giveUp")}
            </Button>
            <Button type="submit" loading={make.isPending} disabled={languages.length === 0}>
              {t("decoys.make", { count })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
