import { Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";
import { SaveRow } from "@/ui/SaveRow";
import { When } from "@/ui/When";

import classes from "./routing.module.css";
import type { Deciding } from "./useDecided";

interface Props {
  of: Deciding;
  /** Its name in the section. */
  name: string;
  /** What people call it. */
  label: string;
  /** The file's value in words. */
  file: ReactNode;
  children: ReactNode;
}

/** One setting, and below it where its value comes from. */
export function Setting({ of, name, label, file, children }: Props) {
  return (
    <div className={classes["setting"]}>
      {children}
      <Source of={of} name={name} label={label} file={file} />
    </div>
  );
}

function Source({ of: { typed, policy, back, disabled }, name, label, file }: Omit<Props, "children">) {
  const t = useTexts("admin");
  const made = policy.decided.find((one) => one.key === name);
  const isTyped = name in typed;
  return (
    <Group gap="xs" mt={4}>
      <Text size="xs" c="dimmed">
        {isTyped ? `${t("decided.typed")} ` : made === undefined ? t("decided.fromFile") : null}
        {made !== undefined && !isTyped && (
          <>
            {t("decided.here", { by: made.by ?? "…" })} <When at={made.at} />.{" "}
          </>
        )}
        {made !== undefined && (
          <>
            {t("decided.inFile")} {file}
          </>
        )}
      </Text>
      {made !== undefined && !disabled && (
        <Button
          size="compact-xs"
          variant="subtle"
          loading={back.isPending && back.variables === name}
          onClick={() => back.mutate(name)}
          aria-label={t("decided.backOf", { label })}
        >
          {t("decided.back")}
        </Button>
      )}
      {typeof made?.refused === "string" && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {t("decided.refused", { reason: made.refused })}
        </Text>
      )}
    </Group>
  );
}

/** At the end of a form. */
export function Ending({ of: { disabled, isChanged, discard, save, back }, isSticky = false }: { of: Deciding; isSticky?: boolean }) {
  const t = useTexts("admin");
  if (disabled) return null;
  return (
    <div className={classes["ending"]} data-sticky={isSticky || undefined}>
      {back.error !== null && <ProblemText error={back.error} />}
      <SaveRow
        save={save}
        isChanged={isChanged}
        onSave={() => save.mutate(undefined)}
        onGiveUp={discard}
        saved={t("decided.saved")}
      />
    </div>
  );
}
