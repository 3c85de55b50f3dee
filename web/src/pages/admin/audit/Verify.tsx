import { Alert, Button, Modal, Text } from "@mantine/core";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import classes from "../admin.module.css";
import { useAct } from "../queries";

/** Whether the record is whole: checked on demand, entry by entry. */
export function Verify() {
  const t = useTexts("admin");
  const [isOpen, setOpen] = useState(false);
  const check = useAct(() => ask(api.GET("/api/v1/audit/verify")), []);
  const verdict = check.data;
  return (
    <>
      <Button
        variant="default"
        loading={check.isPending}
        onClick={() => check.mutate(undefined, { onSettled: () => setOpen(true) })}
      >
        {t("audit.verify")}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t("audit.verify")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        {check.error !== null && <ProblemText error={check.error} />}
        {verdict !== undefined && (
          <Alert color={verdict.good ? "teal" : "red"} variant="light">
            <Text size="sm">
              {verdict.good
                ? t("audit.whole", { count: verdict.records })
                : t("audit.broken", { count: verdict.findings.length + verdict.more })}
            </Text>
          </Alert>
        )}
        <ul className={classes["lines"]}>
          {verdict?.findings.map((one) => (
            <li key={`${one.fault} ${one.seq}`}>{one.text}</li>
          ))}
        </ul>
        {(verdict?.shortened.length ?? 0) > 0 && (
          <Text size="sm" mt="sm">
            {t("audit.shortened", { entries: verdict?.shortened.join(", ") })}
          </Text>
        )}
      </Modal>
    </>
  );
}
