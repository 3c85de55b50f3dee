/** What people ask of the audit, and which of its actions answer it. Pure. */

const ACTIONS = {
  opened: ["client_opened", "call_opened"],
  changed: [
    "client_created",
    "client_changed",
    "client_assigned",
    "clients_merged",
    "client_archived",
    "client_restored",
    "client_purge_ordered",
    "client_purged",
    "change_undone",
  ],
  heard: ["recording_listened", "call_listened", "call_whispered", "call_barged", "call_taken_over"],
  exports: ["exported", "export_downloaded"],
  access: [
    "person_created",
    "person_changed",
    "person_left",
    "person_returned",
    "role_changed",
    "department_changed",
    "field_rule_changed",
    "place_rule_changed",
    "policy_changed",
    "token_created",
  ],
  signIn: ["signed_in", "sign_in_refused", "sign_in_locked", "signed_out", "session_closed"],
} as const;

export type Question = keyof typeof ACTIONS;
export const QUESTIONS = Object.keys(ACTIONS) as [Question, ...Question[]];

interface Asked {
  person: string | null;
  client: string | null;
  about: Question | null;
  days: string | null;
}

const DAY_MS = 86_400_000;

/** The query of the API. */
export function queryOf({ person, client, about, days }: Asked, now: number) {
  return {
    ...(person === null ? {} : { person }),
    ...(client === null ? {} : { client }),
    ...(about === null ? {} : { action: ACTIONS[about].join(",") }),
    ...(days === null ? {} : { since: new Date(now - Number(days) * DAY_MS).toISOString() }),
  };
}
