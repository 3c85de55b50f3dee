import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { Problem } from "@/api/problem";
import { SESSION } from "@/app/session";

import { setDraft, useDraft } from "../drafts";
import { type Client, type ClientChanges, keys, useChangeClient } from "../queries";
import { type Meanwhile, meanwhile } from "./meanwhile";

interface Field {
  /** As in the API's list of changed fields: `company`, `custom:size`. */
  name: string;
  /** What stands on the card; empty for nothing. */
  value: string;
  /** What is sent for what was typed. */
  body: (typed: string) => ClientChanges;
}

/**
 * Editing one field in place. What is typed stays until it is saved or given up: through a refused
 * change, another's change, a lost connection, a closed drawer.
 */
export function useFieldEdit(card: Client, field: Field) {
  const queries = useQueryClient();
  const change = useChangeClient(card.id);
  const key = `${card.id} ${field.name}`;
  const draft = useDraft(key);
  const [others, setOthers] = useState<Meanwhile | null>(null);

  const now = { at: card.changed_at, value: field.value };
  const read = draft?.read ?? now;

  function begin(text = field.value): void {
    setDraft(key, { text, read: now });
    setOthers(null);
    change.reset();
  }
  function giveUp(): void {
    setDraft(key, null);
    setOthers(null);
    change.reset();
  }
  async function save(typed: string, since: string): Promise<void> {
    try {
      await change.mutateAsync({ ...field.body(typed), changed_at: since });
      setDraft(key, null);
      setOthers((before) => (before?.kind === "apart" ? before : null));
    } catch (error) {
      const quicker = meanwhile(error, [field.name]);
      if (quicker === null) {
        refused(error);
        return;
      }
      setOthers(quicker);
      const fresh = await queries.fetchQuery({
        queryKey: keys.card(card.id),
        queryFn: () => ask(api.GET("/api/v1/clients/{id}", { params: { path: { id: card.id } } })),
        staleTime: 0,
      });
      if (quicker.kind === "apart") await save(typed, fresh.changed_at);
    }
  }
  /** A right was taken away while the page was open: what may be done is asked anew. */
  function refused(error: unknown): void {
    if (!(error instanceof Problem) || error.status !== 403) return;
    void queries.invalidateQueries({ queryKey: SESSION });
    void queries.invalidateQueries({ queryKey: keys.card(card.id), exact: true });
  }
  function send(typed: string, since: string): void {
    if (typed.trim() === field.value) giveUp();
    else void save(typed, since);
  }

  const quicker = meanwhile(change.error, [field.name]);
  return {
    draft: draft?.text ?? "",
    isEditing: draft !== null,
    isSaving: change.isPending,
    error: quicker === null ? change.error : null,
    /** Who else changed the card, and what. */
    others,
    /** Another's value stands on the card since this editing began: a person decides. */
    isClash: draft !== null && (field.value !== read.value || others?.kind === "clash"),
    type: (text: string) => setDraft(key, { text, read }),
    begin,
    giveUp,
    /** Saves over what was read when the editing began. */
    save: () => send(draft?.text ?? "", read.at),
    /** Chooses and saves at once. */
    choose: (value: string) => {
      begin(value);
      send(value, now.at);
    },
    /** Saves over another's value, which the page shows. */
    keepMine: () => send(draft?.text ?? "", now.at),
  };
}
