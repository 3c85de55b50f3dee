import base from "./admin/base.en";
import decided from "./admin/decided.en";
import guard from "./admin/guard.en";
import machine from "./admin/machine.en";
import people from "./admin/people.en";
import policy from "./admin/policy.en";

/** Texts of the administration. */
const texts = {
  sections: "What to administer",
  group: {
    people: "People",
    guard: "Protection",
    base: "Base",
    calls: "Calls",
    machine: "Machine",
  },
  section: {
    people: "People",
    roles: "Roles",
    departments: "Departments",
    fields: "Hidden fields",
    places: "Trusted places",
    "sign-in": "Sign-in",
    listening: "Listening",
    quotas: "Quotas",
    decoys: "Decoys",
    reconciliation: "Entries after talks",
    audit: "Audit",
    archive: "Archive",
    takeovers: "Takeovers",
    "own-fields": "Own fields",
    outcomes: "Outcomes of talks",
    import: "Import",
    export: "Exports",
    division: "Division",
    routing: "Hours and routing",
    "call-rules": "Announcements and limits",
    machine: "All settings",
    health: "Health",
  },
  save: "Save",
  saved: "Saved",
  done: "Done",
  giveUp: "Discard",
  close: "Close",
  yes: "yes",
  no: "no",
  nameless: "No name",
  noneFound: "Nobody found",
  ...people,
  ...guard,
  ...base,
  ...policy,
  ...machine,
  ...decided,
};

export default texts;
