import { Anchor, Text } from "@mantine/core";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { sayCode } from "@/ui/code";

import classes from "./control.module.css";

interface Told {
  client_id: string | null;
  client_name: string | null;
  short_code: string | null;
}

/** A client as this viewer is told of him. */
export function Who({ of }: { of: Told }) {
  const t = useTexts("control");
  if (of.client_id === null) return <span className={classes["none"]}>{t("hidden")}</span>;
  return (
    <>
      <Anchor component={Link} inherit href={`/clients/${of.client_id}`}>
        {of.client_name ?? sayCode(of.short_code) ?? t("unnamed")}
      </Anchor>
      {of.short_code !== null && of.client_name !== null && (
        <Text span size="xs" c="dimmed">
          {` · ${sayCode(of.short_code)}`}
        </Text>
      )}
    </>
  );
}
