import { useEffect, useEffectEvent } from "react";

const TYPED_IN =
  "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true], [role=textbox], [role=combobox]";

const PRESSED = "button, summary, audio, input, [role=button], [role=tab], [role=menuitem]";
const STEPPED_THROUGH = "audio, [type=radio], [role=tab], [role=menuitem], [role=option]";

/** Whether a key belongs to what is typed, to the control that has the focus, or to a dialog over the
 * page. */
export function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(TYPED_IN)) return true;
  if (event.key === " " && target?.closest(PRESSED)) return true;
  if (event.key.startsWith("Arrow") && target?.closest(STEPPED_THROUGH)) return true;
  const dialog = document.querySelector("[aria-modal=true]");
  return dialog !== null && !dialog.contains(target);
}

/** Keys of a page, by `event.key`: `useKeys({ "/": focusSearch })`. Not while somebody types. */
export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (isTaken(event)) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    act(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event);
    globalThis.addEventListener("keydown", listener);
    return () => globalThis.removeEventListener("keydown", listener);
  }, []);
}
