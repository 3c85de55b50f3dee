import { Button, Group, Loader, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { Problem, ProblemText } from "@/ui/Problem";

import { ClientPicker } from "../ClientPicker";
import { type Client, useCardChanged, useClient, useCustomFields } from "../queries";
import { choicesOf, type Side } from "./merging";

interface Props {
  card: Client;
  /** Which card is to become part of this one; without it, it is asked for. */
  other?: string;
  onClose: () => void;
}

/** Another card becomes part of this one: whose value stays is chosen where both have one. */
export function MergeDialog({ card, other, onClose }: Props) {
  const t = useTexts("clients");
  const [source, setSource] = useState(other ?? null);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t("merge.title")}
      closeButtonProps={{ "aria-label": t("field.giveUp") }}
    >
      {source === null ? (
        <ClientPicker label={t("merge.which")} except={card.id} onPick={setSource} />
      ) : (
        <Comparison card={card} source={source} onClose={onClose} />
      )}
    </Modal>
  );
}

function Comparison({ card, source, onClose }: { card: Client; source: string; onClose: () => void }) {
  const t = useTexts("clients");
  const queries = useQueryClient();
  const changed = useCardChanged(card.id);
  const other = useClient(source);
  const custom = useCustomFields();
  const [sides, setSides] = useState<Record<string, Side>>({});
  const merge = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/clients/{id}/merge", {
          params: { path: { id: card.id } },
          body: { source_id: source, choices: sides },
        }),
      ),
    onSuccess: async () => {
      await changed();
      queries.removeQueries({ queryKey: ["client", source] });
      onClose();
    },
  });
  if (other.error !== null) return <Problem error={other.error} />;
  if (other.data === undefined) return <Loader size="sm" />;
  const labels = new Map((custom.data?.items ?? []).map((field) => [`custom:${field.key}`, field.label]));
  const both = choicesOf(card, other.data);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t("merge.what", {
          other: other.data.name ?? other.data.short_code ?? "",
          card: card.name ?? card.short_code ?? "",
        })}
      </Text>
      {both.map(({ field, mine, theirs }) => (
        <div key={field}>
          <Text size="xs" c="dimmed">
            {labels.get(field) ?? t(`field.${plain(field)}`)}
          </Text>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={labels.get(field) ?? t(`field.${plain(field)}`)}
            data={[
              { value: "target", label: mine },
              { value: "source", label: theirs },
            ]}
            value={sides[field] ?? "target"}
            onChange={(side) => setSides((now) => ({ ...now, [field]: side as Side }))}
          />
        </div>
      ))}
      <Text size="sm" c="dimmed">
        {t("merge.moves")}
      </Text>
      {merge.error !== null && <ProblemText error={merge.error} />}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("field.giveUp")}
        </Button>
        <Button loading={merge.isPending} onClick={() => merge.mutate()}>
          {t("merge.act")}
        </Button>
      </Group>
    </Stack>
  );
}

function plain(field: string): "name" | "company" | "category" | "curator" | "deputy" {
  const known = ["company", "category", "curator", "deputy"] as const;
  return known.find((one) => one === field) ?? "name";
}
