import type { Person } from "../queries";

export interface Narrowing {
  q: string | null;
  role: string | null;
  department: string | null;
}

/** Whether a person is among those who are looked for. Pure. */
export function matches(person: Person, { q, role, department }: Narrowing): boolean {
  if (role !== null && person.role !== role) return false;
  if (department !== null && person.department !== department) return false;
  const words = (q ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const names = `${person.name} ${person.full_name ?? ""}`.toLocaleLowerCase();
  return words.every((word) => names.includes(word));
}
