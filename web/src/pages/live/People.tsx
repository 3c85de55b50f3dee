import { Text, UnstyledButton } from "@mantine/core";
import { memo, useMemo } from "react";

import { type LivePerson, useLive } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { useAwayWords } from "@/app/presence/presence";
import { StateMark } from "@/ui/StateMark";

import classes from "./live.module.css";
import { inOrder } from "./rows";
import { Timer } from "./Timer";
import { useWindow } from "./useWindow";

/** As in live.module.css. */
const HEIGHT = 28;
/** No name has one. */
const BETWEEN = "\n";

/** Managers and what they do now. A click leads to his call. */
export const People = memo(function People({ onCall }: { onCall: (id: string) => void }) {
  const t = useTexts("live");
  const people = useLive((live) => live.people);
  const names = [...people.keys()].join(BETWEEN);
  // Sorted when somebody comes or goes, not whenever somebody's phone rings.
  const order = useMemo(() => (names === "" ? [] : inOrder(names.split(BETWEEN))), [names]);
  const [attach, { first, end }] = useWindow(HEIGHT);
  return (
    <section aria-label={t("people.label")} className={classes["people"]} tabIndex={order.length > 0 ? 0 : -1}>
      <h2 className={classes["peopleTitle"]}>{t("people.title")}</h2>
      {order.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("people.empty")}
        </Text>
      ) : (
        <ul ref={attach} className={classes["peopleList"]} style={{ height: order.length * HEIGHT }}>
          {order.slice(first, end).map((name, index) => {
            const person = people.get(name);
            return person && <Person key={name} person={person} top={(first + index) * HEIGHT} onCall={onCall} />;
          })}
        </ul>
      )}
    </section>
  );
});

interface Props {
  person: LivePerson;
  top: number;
  onCall: (id: string) => void;
}

const Person = memo(function Person({ person, top, onCall }: Props) {
  const words = useAwayWords();
  const { name, extension, state, since, call_id: call } = person;
  const label = extension === null || extension === name ? name : `${extension} ${name}`;
  return (
    <li className={classes["person"]} data-state={state} style={{ top }}>
      {call === null ? (
        <span className={classes["personName"]}>{label}</span>
      ) : (
        <UnstyledButton className={classes["personName"]} onClick={() => onCall(call)}>
          {label}
        </UnstyledButton>
      )}
      <StateMark state={state}>{state === "away" ? words(person) : null}</StateMark>
      <span className={classes["time"]}>{since !== null && <Timer since={since} />}</span>
    </li>
  );
});
