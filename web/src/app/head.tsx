import { createContext, type ReactNode, use } from "react";
import { createPortal } from "react-dom";

/** Where a page's title, filters and figures stand; null where there is no frame around the page. */
export const HeadHost = createContext<{ element: HTMLElement | null } | null>(null);

/** Puts a page's head into the frame's, so that what stands beside it does not blink. */
export function Head({ children }: { children: ReactNode }) {
  const host = use(HeadHost);
  if (host === null) return <header>{children}</header>;
  return host.element === null ? null : createPortal(children, host.element);
}
