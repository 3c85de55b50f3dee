import { SegmentedControl, Stack, Text, useMantineColorScheme } from "@mantine/core";
import { useId } from "react";

import { speak, useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Part } from "@/pages/admin/Facts";
import type { Language } from "@/texts/language";

/** Language and theme: of this browser, kept in it. */
export function Look() {
  const t = useTexts("account");
  const { language } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const spoken = useId();
  const theme = useId();
  return (
    <Part title={t("look.title")} what={t("look.what")}>
      <Stack gap="sm" align="flex-start">
        <div>
          <Text size="sm" id={spoken}>
            {t("look.language")}
          </Text>
          <SegmentedControl
            aria-labelledby={spoken}
            value={language}
            onChange={(chosen) => void speak(chosen as Language)}
            data={[
              { value: "en", label: <span lang="en">English</span> },
              { value: "ru", label: <span lang="ru">Русский</span> },
            ]}
          />
        </div>
        <div>
          <Text size="sm" id={theme}>
            {t("look.theme")}
          </Text>
          <SegmentedControl
            aria-labelledby={theme}
            value={colorScheme}
            onChange={(chosen) => setColorScheme(chosen as typeof colorScheme)}
            data={(["light", "dark", "auto"] as const).map((one) => ({ value: one, label: t(`look.themes.${one}`) }))}
          />
        </div>
      </Stack>
    </Part>
  );
}
