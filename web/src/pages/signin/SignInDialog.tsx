import { Modal, Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import type { SessionData } from "@/app/session";

import { WaysIn } from "./WaysIn";

/** Over a page whose session has ended: the page stays as it is, with all that was typed. */
export function SignInDialog({ person }: { person: string }) {
  const t = useTexts("common");

  function entered(session: SessionData) {
    // Another person must not find what the first one had open.
    if (session.person !== person) globalThis.location.assign("/");
  }

  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("signIn.again")}
      size="sm"
    >
      <Text size="sm" c="dimmed" mb="md">
        {t("signIn.kept")}
      </Text>
      <WaysIn person={person} entered={entered} />
    </Modal>
  );
}
