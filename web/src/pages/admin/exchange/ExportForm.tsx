import { Button, Checkbox, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { ProblemText } from "@/ui/Problem";

import { PersonSelect } from "../people/selects";
import { useAct, useCustomFields } from "../queries";
import { useFieldName } from "../words";
import { download } from "./download";

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
  "source",
];

/** Takes clients along as a CSV file: said before is how many fields, and that it is marked. */
export function ExportForm({ onClose }: { onClose: () => void }) {
  const t = useTexts("admin");
  const session = useSession();
  const fieldName = useFieldName();
  const custom = useCustomFields();
  const [fields, setFields] = useState<string[]>(["name", "curator"]);
  const [category, setCategory] = useState<string | null>(null);
  const [curator, setCurator] = useState<string | null>(null);
  const categories = useQuery({
    queryKey: ["categories"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/categories", { signal })),
  });
  const known = [...FIELDS, ...(custom.data?.items ?? []).map((one) => one.field)].filter(
    (field) => !session.hidden.includes(field),
  );
  const take = useAct(
    () =>
      download({
        fields: known.filter((field) => fields.includes(field)),
        ...(category === null ? {} : { category }),
        ...(curator === null ? {} : { curator }),
      }),
    [["exports"]],
    onClose,
  );
  return (
    <Modal opened onClose={onClose} title={t("exports.make")} closeButtonProps={{ "aria-label": t("close") }}>
      <Stack gap="md">
        <Checkbox.Group label={t("exports.chooseFields")} value={fields} onChange={setFields}>
          <Group gap="sm" mt="xs">
            {known.map((field) => (
              <Checkbox key={field} size="xs" value={field} label={fieldName(field)} />
            ))}
          </Group>
        </Checkbox.Group>
        {(categories.data?.items.length ?? 0) > 0 && (
          <Select
            size="sm"
            clearable
            label={t("exports.category")}
            data={(categories.data?.items ?? []).map(({ name }) => name)}
            value={category}
            onChange={setCategory}
          />
        )}
        <PersonSelect label={t("exports.curator")} value={curator} onChange={setCurator} />
        <Text size="sm">{t("exports.made", { count: fields.length })}</Text>
        {take.error !== null && <ProblemText error={take.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t("giveUp")}
          </Button>
          <Button loading={take.isPending} disabled={fields.length === 0} onClick={() => take.mutate(undefined)}>
            {t("exports.act")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
