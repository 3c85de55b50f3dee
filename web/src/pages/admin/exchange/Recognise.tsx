import { Button, FileButton, Text } from "@mantine/core";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useAct } from "../queries";
import { sendFile, TABLES } from "./queries";

/** From which export a file comes that turned up somewhere. */
export function Recognise() {
  const t = useTexts("admin");
  const look = useAct((file: File) => ask(api.POST("/api/v1/exports/recognise", sendFile(file))), []);
  return (
    <Part title={t("exports.recognise")} what={t("exports.recogniseWhat")}>
      <FileButton accept={TABLES} onChange={(file) => file !== null && look.mutate(file)}>
        {(props) => (
          <Button {...props} variant="default" loading={look.isPending}>
            {t("imports.choose")}
          </Button>
        )}
      </FileButton>
      <div aria-live="polite">
        {look.error !== null && <ProblemText error={look.error} />}
        {look.data !== undefined && (
          <Text size="sm" my="sm">
            {t(look.data.items.length === 0 ? "exports.unknown" : "exports.recognised")}
          </Text>
        )}
      </div>
      <ul className={classes["lines"]}>
        {look.data?.items.map((one) => (
          <li key={one.id}>
            <span>{one.watermark}</span>
            <span>{one.by}</span>
            <span className={classes["grow"]}>
              {t("touched.exported", { count: one.clients })} · <When at={one.at} />
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}
