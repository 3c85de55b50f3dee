import { ActionIcon, Button, Group, Menu, Text, TextInput, Tooltip } from "@mantine/core";
import IconBookmark from "@tabler/icons-react/dist/esm/icons/IconBookmark.mjs";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation, useSearch } from "wouter";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";

import { ProblemText } from "./Problem";

/** The page's filters under names, each person's own; `page` is as `/api/v1/views` calls it. */
export function SavedViews({ page, path }: { page: string; path: string }) {
  const t = useTexts("common");
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const search = useSearch();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState("");
  const queryKey = ["views", page];
  const views = useQuery({
    queryKey,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/views", { params: { query: { page } }, signal })),
    enabled: opened,
    staleTime: 60_000,
  });
  const settled = () => queries.invalidateQueries({ queryKey });
  const save = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/views", { body: { page, name: name.trim(), query: search } })),
    onSuccess: () => {
      setName("");
      return settled();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => ask(api.DELETE("/api/v1/views/{id}", { params: { path: { id } } })),
    onSuccess: settled,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") save.mutate();
  };
  const items = views.data?.items ?? [];
  const error = views.error ?? save.error ?? remove.error;
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-start" closeOnItemClick={false} width={280}>
      <Menu.Target>
        <Tooltip label={t("views.title")}>
          <ActionIcon variant="default" size={30} aria-label={t("views.title")} onClick={() => setOpened(!opened)}>
            <IconBookmark size={16} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {items.map((view) => (
          <Group key={view.id} gap={4} wrap="nowrap">
            <Menu.Item
              flex={1}
              aria-current={view.query === search || undefined}
              fw={view.query === search ? 600 : undefined}
              onClick={() => {
                setOpened(false);
                navigate(view.query === "" ? path : `${path}?${view.query}`);
              }}
            >
              {view.name}
            </Menu.Item>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("views.forget", { name: view.name })}
              onClick={() => remove.mutate(view.id)}
            >
              <IconTrash size={14} stroke={1.5} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        {views.isSuccess && items.length === 0 && <Menu.Label>{t("views.none")}</Menu.Label>}
        <Menu.Divider />
        <form onSubmit={submit}>
          <Group gap={4} p={4} wrap="nowrap">
            <TextInput
              size="xs"
              flex={1}
              maxLength={80}
              placeholder={t("views.name")}
              aria-label={t("views.name")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              onKeyDown={(event) => event.stopPropagation()}
            />
            <Button type="submit" loading={save.isPending} disabled={name.trim() === ""}>
              {t("views.keep")}
            </Button>
          </Group>
        </form>
        {error !== null && (
          <Text p={4} component="div">
            <ProblemText error={error} />
          </Text>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
