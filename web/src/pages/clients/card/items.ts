import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/api/client";

import { type Client, keys, useCardChanged } from "../queries";

/** A phone, e-mail, address or messenger as it is typed. */
export interface Item {
  value: string;
  label: string;
}

export type ContactKind = "email" | "address" | "messenger";

/** The `ETag` of the card as it was read. */
export function version(card: Client): string {
  // Microseconds, as the daemon writes them; a JavaScript date holds no more than milliseconds.
  const [, seconds = "", fraction = ""] = /^(.*?:\d\d)(?:\.(\d+))?(?:Z|[+-].*)$/.exec(card.changed_at) ?? [];
  const micros = fraction.padEnd(6, "0").slice(0, 6);
  return `"${Date.parse(`${seconds}Z`) / 1000}${micros}"`;
}

/** Adds, changes and removes what a client can be reached by. */
export function useItems(card: Client, kind: "phone" | ContactKind) {
  const queries = useQueryClient();
  const changed = useCardChanged(card.id);
  const onSettled = () => changed();
  const path = { id: card.id };

  const add = useMutation({
    mutationFn: async ({ value, label }: Item) => {
      const more = label.trim() === "" ? {} : { label: label.trim() };
      if (kind === "phone") {
        await ask(
          api.POST("/api/v1/clients/{id}/phones", {
            params: { path },
            body: { number: value, ...more },
          }),
        );
      } else {
        await ask(
          api.POST("/api/v1/clients/{id}/contacts", {
            params: { path },
            body: { kind, value, ...more },
          }),
        );
      }
    },
    onSuccess: onSettled,
  });
  const change = useMutation({
    mutationFn: async ({ id, value, label, before }: Item & { id: string; before: string }) => {
      const headers = { "If-Match": version(card) };
      const name = label.trim() || null;
      const isSame = value.trim() === before;
      if (kind === "phone") {
        await ask(
          api.PATCH("/api/v1/clients/{id}/phones/{phone_id}", {
            params: { path: { ...path, phone_id: id } },
            headers,
            body: { label: name, ...(isSame ? {} : { number: value }) },
          }),
        );
      } else {
        await ask(
          api.PATCH("/api/v1/clients/{id}/contacts/{contact_id}", {
            params: { path: { ...path, contact_id: id } },
            headers,
            body: { label: name, ...(isSame ? {} : { value }) },
          }),
        );
      }
    },
    onSuccess: onSettled,
    // What another wrote meanwhile is seen beside what stands in the form.
    onError: () => queries.invalidateQueries({ queryKey: keys.card(card.id), exact: true }),
  });
  const remove = useMutation({
    mutationFn: async (id: string) => {
      if (kind === "phone") {
        await ask(
          api.DELETE("/api/v1/clients/{id}/phones/{phone_id}", {
            params: { path: { ...path, phone_id: id } },
          }),
        );
      } else {
        await ask(
          api.DELETE("/api/v1/clients/{id}/contacts/{contact_id}", {
            params: { path: { ...path, contact_id: id } },
          }),
        );
      }
    },
    onSuccess: onSettled,
  });
  return { add, change, remove };
}
