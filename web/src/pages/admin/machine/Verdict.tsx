import IconAlertTriangle from "@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconInfoCircle from "@tabler/icons-react/dist/esm/icons/IconInfoCircle.mjs";
import type { ReactNode } from "react";

import { useTexts } from "@/app/i18n";

const LOOKS = {
  ok: { Icon: IconCheck, color: "var(--callward-talking)" },
  note: { Icon: IconInfoCircle, color: "var(--mantine-color-dimmed)" },
  fail: { Icon: IconAlertTriangle, color: "var(--mantine-color-error)" },
} as const;

interface Props {
  of: keyof typeof LOOKS;
  children?: ReactNode;
}

/** Good, worth knowing or wrong: by word, shape and colour. `children` stands in for the word. */
export function Verdict({ of, children }: Props) {
  const t = useTexts("admin");
  const { Icon, color } = LOOKS[of];
  return (
    <span style={{ display: "inline-flex", alignItems: "baseline", gap: 6, color, whiteSpace: "nowrap" }}>
      <Icon size={16} stroke={1.5} style={{ alignSelf: "center" }} aria-hidden />
      {children ?? t(`verdict.${of}`)}
    </span>
  );
}
