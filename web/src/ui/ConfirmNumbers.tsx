import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode } from "react";

import { useTexts } from "@/app/i18n";

import { ProblemText } from "./Problem";

interface Props {
  opened: boolean;
  title: string;
  /** What will happen, in numbers: "12 clients go to the archive". */
  children: ReactNode;
  /** The act's own word: "Archive 12 clients". */
  act: string;
  isRunning?: boolean;
  error?: Error | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Before an act that takes something away. */
export function ConfirmNumbers(props: Props) {
  const t = useTexts("common");
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ "aria-label": t("drawer.close") }}
    >
      <Stack gap="md">
        <Text component="div" size="sm">
          {props.children}
        </Text>
        {props.error instanceof Error && <ProblemText error={props.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {t("confirm.no")}
          </Button>
          <Button color="red.9" loading={props.isRunning ?? false} onClick={props.onConfirm}>
            {props.act}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
