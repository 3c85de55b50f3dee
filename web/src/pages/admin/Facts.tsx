import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./admin.module.css";

/** Names and values; what is `null` is left out. */
export function Facts({ of }: { of: readonly (readonly [string, ReactNode] | null)[] }) {
  return (
    <dl className={classes["facts"]}>
      {of
        .filter((one) => one !== null)
        .map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A part of a page, with its heading and a sentence that says what it is for. */
export function Part({ title, what, children }: { title: string; what?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {what !== undefined && (
        <Text size="sm" c="dimmed" mb="sm" maw={640}>
          {what}
        </Text>
      )}
      {children}
    </section>
  );
}
