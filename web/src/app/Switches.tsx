import { ActionIcon, Tooltip, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import IconMoon from "@tabler/icons-react/dist/esm/icons/IconMoon.mjs";
import IconSun from "@tabler/icons-react/dist/esm/icons/IconSun.mjs";

import { speak, useLanguage, useTexts } from "./i18n";
import classes from "./frame.module.css";

/** To the other language: each is named in itself. */
export function LanguageSwitch() {
  const language = useLanguage();
  const other = language === "ru" ? "en" : "ru";
  const name = other === "ru" ? "Русский" : "English";
  return (
    <UnstyledButton className={classes["language"]} lang={other} title={name} onClick={() => void speak(other)}>
      {other.toUpperCase()}
    </UnstyledButton>
  );
}

/** Light or dark. */
export function ThemeSwitch() {
  const t = useTexts("common");
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  const label = isDark ? t("frame.light") : t("frame.dark");
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setColorScheme(isDark ? "light" : "dark")}>
        {isDark ? <IconSun size={18} stroke={1.5} /> : <IconMoon size={18} stroke={1.5} />}
      </ActionIcon>
    </Tooltip>
  );
}
