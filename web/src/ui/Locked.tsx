import { Tooltip } from "@mantine/core";
import IconLock from "@tabler/icons-react/dist/esm/icons/IconLock.mjs";

import { useTexts } from "@/app/i18n";

import classes from "./marks.module.css";

/** A field that is hidden from this viewer: the same width whatever it holds. */
export function Locked({ why }: { why?: string }) {
  const t = useTexts("common");
  const label = why ?? t("locked.hidden");
  return (
    <Tooltip label={label}>
      <span className={classes["locked"]} role="img" aria-label={label} tabIndex={0}>
        <IconLock size={14} stroke={1.5} aria-hidden />
        <span className={classes["blank"]} aria-hidden />
      </span>
    </Tooltip>
  );
}
