import type { Department } from "./queries";

export interface Branch extends Department {
  /** How many departments stand above it. */
  depth: number;
  hasBelow: boolean;
}

/** Departments in the order of a tree: each before those below it. Pure. */
export function branches(departments: readonly Department[], parent: string | null = null, depth = 0): Branch[] {
  return departments
    .filter((one) => one.parent === parent)
    .flatMap((one) => {
      const below = branches(departments, one.name, depth + 1);
      return [{ ...one, depth, hasBelow: below.length > 0 }, ...below];
    });
}
