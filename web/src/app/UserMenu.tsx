import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import IconAway from "@tabler/icons-react/dist/esm/icons/IconCoffee.mjs";
import IconLanguage from "@tabler/icons-react/dist/esm/icons/IconLanguage.mjs";
import IconLogout from "@tabler/icons-react/dist/esm/icons/IconLogout.mjs";
import IconMoon from "@tabler/icons-react/dist/esm/icons/IconMoon.mjs";
import IconPhoneCall from "@tabler/icons-react/dist/esm/icons/IconPhoneCall.mjs";
import IconSun from "@tabler/icons-react/dist/esm/icons/IconSun.mjs";
import IconSettings from "@tabler/icons-react/dist/esm/icons/IconUserCog.mjs";
import IconUser from "@tabler/icons-react/dist/esm/icons/IconUserCircle.mjs";
import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";

import { speak, useTexts } from "./i18n";
import { useMark, usePresence } from "./presence/presence";
import { useSession } from "./session";

/** Links of a page to a client's code: browsers let pages take only schemes that begin with `web+`. */
const SCHEME = "web+callward";

const AwayDialog = lazy(() => import("./presence/AwayDialog"));

/** Who I am, my language and theme, and the way out. */
export function UserMenu() {
  const t = useTexts("common");
  const dial = useTexts("dial");
  const session = useSession();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  const other = session.language === "ru" ? "en" : "ru";
  const { data: mine } = usePresence(null);
  const back = useMark(null);
  const [isLeaving, setLeaving] = useState(false);
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("frame.me", { name: session.fullName })}>
            <IconUser size={20} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {session.fullName}
            {session.department !== null && ` · ${session.department}`}
          </Menu.Label>
          <Menu.Item component={Link} href="/account" leftSection={<IconSettings size={16} stroke={1.5} aria-hidden />}>
            {t("frame.account")}
          </Menu.Item>
          <Menu.Item
            lang={other}
            leftSection={<IconLanguage size={16} stroke={1.5} aria-hidden />}
            onClick={() => void speak(other)}
          >
            {other === "ru" ? "Русский" : "English"}
          </Menu.Item>
          <Menu.Item
            leftSection={isDark ? <IconSun size={16} stroke={1.5} aria-hidden /> : <IconMoon size={16} stroke={1.5} aria-hidden />}
            onClick={() => setColorScheme(isDark ? "light" : "dark")}
          >
            {isDark ? t("frame.light") : t("frame.dark")}
          </Menu.Item>
          {session.has("calls.make") && "registerProtocolHandler" in navigator && (
            <Menu.Item
              leftSection={<IconPhoneCall size={16} stroke={1.5} aria-hidden />}
              onClick={() => navigator.registerProtocolHandler(SCHEME, `${globalThis.location.origin}/dial?code=%s`)}
            >
              {dial("register")}
            </Menu.Item>
          )}
          {mine?.can_set === true && (
            <Menu.Item
              leftSection={<IconAway size={16} stroke={1.5} aria-hidden />}
              onClick={() => (mine.is_away ? back.mutate(null) : setLeaving(true))}
            >
              {mine.is_away ? t("presence.back") : t("presence.menu")}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} stroke={1.5} aria-hidden />} onClick={() => void session.signOut()}>
            {t("frame.signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isLeaving && (
        <Suspense>
          <AwayDialog onClose={() => setLeaving(false)} />
        </Suspense>
      )}
    </>
  );
}
