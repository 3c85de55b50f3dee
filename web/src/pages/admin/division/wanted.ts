import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Plan = Schemas["DivisionPlan"];
export type Which = "unassigned" | "of" | "category";

interface Chosen {
  which: Which;
  of: string | null;
  category: string | null;
  to: readonly string[];
  post: "curator" | "deputy";
}

/** What is asked of the API; `null` while it is not said whom to whom. Pure. */
export function wantedOf({ which, of, category, to, post }: Chosen): Schemas["DivisionWanted"] | null {
  if (to.length === 0) return null;
  const common = { post, to: [...to] };
  switch (which) {
    case "unassigned":
      return { ...common, unassigned: true };
    case "of":
      return of === null ? null : { ...common, of };
    case "category":
      return category === null ? null : { ...common, category };
  }
}
