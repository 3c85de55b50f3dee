import type { components } from "@/api/schema";

type Schemas = components["schemas"];

/** What the system itself says of an installation; undefined while it is not known. */
export interface Found {
  settings: Schemas["SettingsModel"] | undefined;
  calls: readonly Schemas["CallModel"][] | undefined;
  people: readonly Schemas["PersonModel"][] | undefined;
  agents: readonly Schemas["AgentModel"][] | undefined;
  callbacks: readonly Schemas["CallbackModel"][] | undefined;
  roles: readonly Schemas["RoleModel"][] | undefined;
}

export const steps = ["number", "call", "manager", "masked", "fields"] as const;
export type Step = (typeof steps)[number];

/** Whether a step is done: found out, never ticked. Undefined while it is not known. Pure. */
export function isDone(step: Step, found: Found): boolean | undefined {
  switch (step) {
    case "number":
      return (
        found.settings &&
        found.settings.company.numbers.length > 0 &&
        found.settings.pbx.some((pbx) => pbx.connected)
      );
    case "call":
      return found.calls && found.calls.some((call) => !call.running);
    case "manager":
      return found.people && found.agents && ready(found.people, found.agents).length > 0;
    case "masked":
      return found.callbacks && found.callbacks.some((one) => one.reason === "talked");
    case "fields":
      return found.roles && found.roles.some((role) => role.hidden.length > 0);
  }
}

/** Who has a telephone and can sign in. Pure. */
export function ready(
  people: NonNullable<Found["people"]>,
  agents: NonNullable<Found["agents"]>,
): string[] {
  const phoned = new Set(agents.filter((agent) => (agent.phones ?? []).length > 0).map((agent) => agent.name));
  return people
    .filter((person) => person.left_at === null && phoned.has(person.name))
    .filter((person) => person.has_password || person.windows_account !== null)
    .map((person) => person.full_name ?? person.name);
}
