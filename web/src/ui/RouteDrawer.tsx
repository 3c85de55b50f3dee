import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { useLocation, useRoute, useSearch } from "wouter";

import { useTexts } from "@/app/i18n";

/**
 * The drawer whose address is `path` followed by an id: `useDrawerRoute("/calls")` gives the id that
 * is open, what opens one, and what closes it. The list's filters stay in the address.
 */
export function useDrawerRoute(path: string): {
  id: string | null;
  open: (id: string) => void;
  close: () => void;
} {
  const [isOpen, params] = useRoute<{ id: string }>(`${path}/:id`);
  const [, navigate] = useLocation();
  const search = useSearch();
  const query = search === "" ? "" : `?${search}`;
  return {
    id: isOpen ? params.id : null,
    open: (id) => navigate(`${path}/${encodeURIComponent(id)}${query}`),
    close: () => navigate(`${path}${query}`),
  };
}

interface Props {
  opened: boolean;
  close: () => void;
  title: ReactNode;
  size?: string | number;
  children: ReactNode;
}

/** Details at the right, over a list that keeps its place. */
export function RouteDrawer({ opened, close, title, size = "lg", children }: Props) {
  const t = useTexts("common");
  return (
    <Drawer
      opened={opened}
      onClose={close}
      title={title}
      size={size}
      position="right"
      styles={{ inner: { bottom: "var(--callward-dock, 0px)" } }}
      closeButtonProps={{ "aria-label": t("drawer.close") }}
    >
      {children}
    </Drawer>
  );
}
