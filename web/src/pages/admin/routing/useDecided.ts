import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useSession } from "@/app/session";

import { useAct } from "../queries";
import type { Decidable, Door } from "./doors";

/** A section as it holds, with what was typed over it and is not saved. */
export function useDecided<Policy extends Decidable, Changes extends object>(door: Door<Policy, Changes>) {
  const session = useSession();
  const [typed, setTyped] = useState<Partial<Changes>>({});
  const key = ["policies", door.section];
  const touches = [key, ["settings"], ["routing", "preview"]];
  const asked = useQuery({ queryKey: key, queryFn: ({ signal }) => door.get(signal) });
  const save = useAct(() => door.decide(typed as Changes), touches, () => setTyped({}));
  const back = useAct(door.back, touches, (_, one) =>
    setTyped((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== one)) as Partial<Changes>),
  );
  return {
    asked,
    policy: asked.data,
    typed,
    isChanged: Object.keys(typed).length > 0,
    set: (change: Partial<Changes>) => setTyped((before) => ({ ...before, ...change })),
    discard: () => setTyped({}),
    save,
    back,
    disabled: !session.has("policy.change"),
  };
}

export type Deciding = Pick<ReturnType<typeof useDecided>, "typed" | "back" | "disabled" | "isChanged" | "discard" | "save"> & {
  policy: Decidable;
};
