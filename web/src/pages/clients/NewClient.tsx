import { Alert, Anchor, Button, Group, Modal, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import { Problem } from "@/api/problem";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Locked } from "@/ui/Locked";
import { ProblemText } from "@/ui/Problem";

import { keys, useCategories } from "./queries";

const EMPTY = { name: "", company: "", phone: "", email: "", category: "" };

/** Writing a client down: a name, a company or a number at least. */
export function NewClient({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const t = useTexts("clients");
  const session = useSession();
  const queries = useQueryClient();
  const categories = useCategories();
  const [typed, setTyped] = useState(EMPTY);
  const [isPrivate, setPrivate] = useState(false);
  const sees = (field: string) => !session.hidden.includes(field);
  const make = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/clients", {
          body: {
            ...(typed.name.trim() !== "" ? { name: typed.name.trim() } : {}),
            ...(typed.company.trim() !== "" ? { company: typed.company.trim() } : {}),
            ...(typed.category !== "" ? { category: typed.category } : {}),
            ...(typed.phone.trim() !== "" ? { phones: [{ number: typed.phone.trim() }] } : {}),
            ...(typed.email.trim() !== ""
              ? { contacts: [{ kind: "email" as const, value: typed.email.trim() }] }
              : {}),
            ...(isPrivate ? { private: true } : {}),
          },
        }),
      ),
    onSuccess: async (card) => {
      queries.setQueryData(keys.card(card.id), card);
      await queries.invalidateQueries({ queryKey: ["clients"] });
      onMade(card.id);
    },
  });
  const twin = make.error instanceof Problem ? make.error.about["client_id"] : undefined;
  const isEmpty = [typed.name, typed.company, typed.phone].every((one) => one.trim() === "");
  const set = (field: keyof typeof EMPTY) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setTyped((now) => ({ ...now, [field]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isEmpty) make.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("new.title")}
      closeOnClickOutside={isEmpty}
      closeOnEscape={isEmpty}
      closeButtonProps={{ "aria-label": t("field.giveUp") }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput data-autofocus label={t("field.name")} value={typed.name} onChange={set("name")} />
          {sees("phones") ? (
            <TextInput
              label={t("field.phone")}
              type="tel"
              autoComplete="off"
              value={typed.phone}
              onChange={set("phone")}
            />
          ) : (
            <Group gap="sm">
              <span>{t("field.phone")}</span> <Locked why={t("new.phonesHidden")} />
            </Group>
          )}
          {sees("company") && (
            <TextInput label={t("field.company")} value={typed.company} onChange={set("company")} />
          )}
          {sees("emails") && (
            <TextInput
              label={t("field.email")}
              type="email"
              autoComplete="off"
              value={typed.email}
              onChange={set("email")}
            />
          )}
          {(categories.data?.items.length ?? 0) > 0 && (
            <Select
              label={t("field.category")}
              clearable
              data={(categories.data?.items ?? []).map((one) => one.name)}
              value={typed.category || null}
              onChange={(category) => setTyped((now) => ({ ...now, category: category ?? "" }))}
            />
          )}
          {session.has("clients.private") && (
            <Switch
              label={t("new.private")}
              description={t("private.what")}
              checked={isPrivate}
              onChange={(event) => setPrivate(event.currentTarget.checked)}
            />
          )}
          {make.error !== null && typeof twin !== "string" && <ProblemText error={make.error} />}
          {typeof twin === "string" && (
            <Alert color="orange" variant="light" role="alert">
              {t("new.twin")}{" "}
              <Anchor component="button" type="button" size="sm" onClick={() => onMade(twin)}>
                {t("new.openTwin")}
              </Anchor>
            </Alert>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("field.giveUp")}
            </Button>
            <Button type="submit" loading={make.isPending} disabled={isEmpty}>
              {t("new.act")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
