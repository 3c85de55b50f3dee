import { Modal, Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";

import { AwayForm } from "./AwayForm";

/** Going away; it says what that means. */
export default function AwayDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts("common");
  return (
    <Modal opened onClose={onClose} title={t("presence.title")} closeButtonProps={{ "aria-label": t("drawer.close") }}>
      <Text size="sm" c="dimmed" mb="md">
        {t("presence.what")}
      </Text>
      <AwayForm name={null} onDone={onClose} />
    </Modal>
  );
}
