import { useSyncExternalStore } from "react";

/** What somebody typed and has not saved. */
export interface Draft {
  text: string;
  /** Which card he had read when he began (its `changed_at`), and what stood in the field then. */
  read?: { at: string; value: string };
}

/** By where it belongs. It outlives drawers and pages, and is in no storage of the browser. */
const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();

export function setDraft(key: string, draft: Draft | null): void {
  if (draft === null) drafts.delete(key);
  else drafts.set(key, draft);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The draft there, `null` where nothing is being typed. */
export function useDraft(key: string): Draft | null {
  return useSyncExternalStore(subscribe, () => drafts.get(key) ?? null);
}

/** How much has been typed and not saved there: `key` is the beginning of where it belongs. */
export function countDrafts(key: string): number {
  return [...drafts].filter(([of, draft]) => of.startsWith(key) && draft.text.trim() !== "").length;
}
