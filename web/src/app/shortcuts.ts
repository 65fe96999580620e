/** Keyboard shortcuts of a screen. They are inactive while a dialog is open or text is typed. */
import { useEffect, useRef } from "react";
import { stored } from "#/lib/stored";

/** Single keys can be switched off (WCAG 2.1.4); Escape always works. */
export const singleKeys = stored("leadq.single-keys", ["on", "off"], "on");

export type Shortcuts = Partial<Record<string, () => void>>;

const typesWords = (target: Element): boolean => target.matches("input, textarea, select, [contenteditable]");
const pressesItself = (target: Element, key: string): boolean =>
  (key === " " || key === "Enter") && target.matches("button, a, summary, [role=button]");

/** Returns whether a key press is for the screen and not for the focused element. */
export function isForScreen(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (document.querySelector("[data-modal]")) return false;
  if (!(event.target instanceof Element)) return true;
  if (pressesItself(event.target, event.key)) return false;
  return event.key === "Escape" || (!typesWords(event.target) && singleKeys.get() === "on");
}

export function useShortcuts(shortcuts: Shortcuts): void {
  const newest = useRef(shortcuts);
  useEffect(() => {
    newest.current = shortcuts;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const act = newest.current[event.key];
      if (act === undefined || !isForScreen(event)) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
