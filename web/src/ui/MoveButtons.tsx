import { ActionIcon, Group } from "@mantine/core";
import IconDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import IconUp from "@tabler/icons-react/dist/esm/icons/IconChevronUp.mjs";

import { useTexts } from "@/app/i18n";

interface Props {
  /** What is moved. */
  name: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
}

/** One place up or down in a list whose order counts. */
export function MoveButtons({ name, isFirst, isLast, onMove }: Props) {
  const t = useTexts("common");
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon variant="default" size="sm" aria-label={t("move.up", { name })} disabled={isFirst} onClick={() => onMove(-1)}>
        <IconUp size={14} stroke={1.5} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="default" size="sm" aria-label={t("move.down", { name })} disabled={isLast} onClick={() => onMove(1)}>
        <IconDown size={14} stroke={1.5} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
