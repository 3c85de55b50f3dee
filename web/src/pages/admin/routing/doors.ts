import { api, ask } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

/** How one section of the settings is asked for, decided, and given back to the file. */
export interface Door<Policy extends Decidable, Changes> {
  section: string;
  get: (signal: AbortSignal) => Promise<Policy>;
  decide: (changes: Changes) => Promise<Policy>;
  /** One setting is the file's again; `null`: all. */
  back: (key: string | null) => Promise<Policy>;
}

export interface Decidable {
  now: object;
  file: object;
  decided: Schemas["DecisionModel"][];
}

function of(key: string | null) {
  return { params: { query: key === null ? {} : { key } } };
}

export const routing: Door<Schemas["RoutingPolicy"], Schemas["RoutingChanges"]> = {
  section: "routing",
  get: (signal) => ask(api.GET("/api/v1/policies/routing", { signal })),
  decide: (body) => ask(api.PATCH("/api/v1/policies/routing", { body })),
  back: (key) => ask(api.DELETE("/api/v1/policies/routing", of(key))),
};

export const announcements: Door<Schemas["AnnouncementPolicy"], Schemas["AnnouncementChanges"]> = {
  section: "announcements",
  get: (signal) => ask(api.GET("/api/v1/policies/announcements", { signal })),
  decide: (body) => ask(api.PATCH("/api/v1/policies/announcements", { body })),
  back: (key) => ask(api.DELETE("/api/v1/policies/announcements", of(key))),
};

export const callbacks: Door<Schemas["CallbackPolicy"], Schemas["CallbackChanges"]> = {
  section: "callbacks",
  get: (signal) => ask(api.GET("/api/v1/policies/callbacks", { signal })),
  decide: (body) => ask(api.PATCH("/api/v1/policies/callbacks", { body })),
  back: (key) => ask(api.DELETE("/api/v1/policies/callbacks", of(key))),
};

export const recordings: Door<Schemas["RecordingPolicy"], Schemas["RecordingChanges"]> = {
  section: "recordings",
  get: (signal) => ask(api.GET("/api/v1/policies/recordings", { signal })),
  decide: (body) => ask(api.PATCH("/api/v1/policies/recordings", { body })),
  back: (key) => ask(api.DELETE("/api/v1/policies/recordings", of(key))),
};
