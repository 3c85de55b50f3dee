import { Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useTexts } from "@/app/i18n";
import { SESSION, useSession } from "@/app/session";
import { Part } from "@/pages/admin/Facts";
import { PasswordForm } from "@/pages/signin/PasswordForm";

/** One's own password. Who has none comes with Windows. */
export function Password() {
  const t = useTexts("account");
  const { data } = useSession();
  const queries = useQueryClient();
  const [isChanged, setChanged] = useState(false);
  if (!data.has_password) {
    return (
      <Part title={t("password.title")}>
        <Text size="sm" c="dimmed">
          {t("password.none")}
        </Text>
      </Part>
    );
  }
  return (
    <Part title={t("password.title")} what={t("password.what")}>
      <PasswordForm
        oldLabel={t("password.old")}
        act={t("password.act")}
        onDone={() => {
          setChanged(true);
          void queries.invalidateQueries({ queryKey: SESSION });
          void queries.invalidateQueries({ queryKey: ["sessions"] });
        }}
      />
      {isChanged && (
        <Text size="sm" c="dimmed" mt="sm" role="status">
          {t("password.changed")}
        </Text>
      )}
    </Part>
  );
}
