import { Button, Group, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { Problem, ProblemText } from "@/ui/Problem";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useAct } from "../queries";

const KEY = ["categories"];

export function Categories() {
  const t = useTexts("admin");
  const [name, setName] = useState("");
  const [going, setGoing] = useState<string | null>(null);
  const asked = useQuery({ queryKey: KEY, queryFn: ({ signal }) => ask(api.GET("/api/v1/categories", { signal })) });
  const known = asked.data?.items ?? [];
  const add = useAct(
    () =>
      ask(
        api.PUT("/api/v1/categories/{name}", {
          params: { path: { name: name.trim() } },
          body: { position: known.length + 1 },
        }),
      ),
    [KEY],
    () => setName(""),
  );
  const remove = useAct(
    (gone: string) => ask(api.DELETE("/api/v1/categories/{name}", { params: { path: { name: gone } } })),
    [KEY],
    () => setGoing(null),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined);
  };
  return (
    <Part title={t("own.categories")}>
      {asked.error !== null && <Problem error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isSuccess && known.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("own.noCategories")}
        </Text>
      )}
      <ul className={classes["lines"]}>
        {known.map((one) => (
          <li key={one.name}>
            <span className={classes["grow"]}>{one.name}</span>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={t("own.remove", { name: one.name })}
              onClick={() => setGoing(one.name)}
            >
              {t("decoys.remove")}
            </Button>
          </li>
        ))}
      </ul>
      <form onSubmit={submit}>
        <Group gap="sm" align="end" mt="sm">
          <TextInput
            size="xs"
            label={t("own.category")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" h={30} variant="default" loading={add.isPending} disabled={name.trim() === ""}>
            {t("own.addCategory")}
          </Button>
        </Group>
      </form>
      {add.error !== null && <ProblemText error={add.error} />}
      <ConfirmNumbers
        opened={going !== null}
        title={t("own.removeCategory")}
        act={t("own.removeCategory")}
        isRunning={remove.isPending}
        error={remove.error}
        onConfirm={() => going !== null && remove.mutate(going)}
        onClose={() => setGoing(null)}
      >
        {t("own.categoryRemoveWhat", { name: going ?? "" })}
      </ConfirmNumbers>
    </Part>
  );
}
