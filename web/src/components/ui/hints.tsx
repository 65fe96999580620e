/**
 * Tooltips of elements with data-hint, shown on hover and keyboard focus; and the whole text of
 * elements with data-cut that are too small for it, also when they are tapped. One listener serves the
 * whole app, because a wall of tiles has hundreds of such elements. Tooltips can be hovered, stay
 * until the pointer leaves, and close on Escape (WCAG 1.4.13).
 */
import { useEffect, useLayoutEffect, useRef, useState } from "react";

const WAIT_MS = 350;
const LEAVE_MS = 120;
const ID = "hint";
const GAP = 6;

const isCut = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }: HTMLElement): boolean => scrollWidth > clientWidth || scrollHeight > clientHeight + 1;

/** Returns the text of the tooltip of an element, if it has one now. */
const hintOf = (element: HTMLElement): string => {
  const whole = "cut" in element.dataset && isCut(element) ? (element.textContent ?? "") : "";
  return [whole, element.dataset.hint ?? ""].filter((text) => text !== "").join(" · ");
};

const hinted = (target: EventTarget | null): HTMLElement | null => {
  if (!(target instanceof Element)) return null;
  const element = target.closest<HTMLElement>("[data-hint], [data-cut]") ?? target.querySelector<HTMLElement>(":scope > [data-cut]");
  return element && hintOf(element) !== "" ? element : null;
};

export function Hints() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const popup = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (next: HTMLElement | null, ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => setAnchor(next), ms);
    };
    const hide = () => soon(null, 0);
    const over = ({ target }: Event) => {
      if (popup.current?.contains(target as Node)) return clearTimeout(timer);
      const next = hinted(target);
      return soon(next, next ? WAIT_MS : LEAVE_MS);
    };
    const focused = ({ target }: Event) => {
      const next = hinted(target);
      soon(next?.matches(":focus-visible") ? next : null, 0);
    };
    /** A tap shows what is cut, unless it presses something, which leads to the whole text. */
    const tapped = (event: Event) => {
      const next = (event as PointerEvent).pointerType === "touch" ? hinted(event.target) : null;
      if (next && !next.closest("a, button, label")) soon(next, 0);
    };
    const listeners: [string, (event: Event) => void][] = [
      ["pointerover", over],
      ["focusin", focused],
      ["focusout", hide],
      ["pointerdown", hide],
      ["click", tapped],
      ["scroll", hide],
      ["keydown", (event) => (event as KeyboardEvent).key === "Escape" && hide()],
    ];
    for (const [name, listener] of listeners) addEventListener(name, listener, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      for (const [name, listener] of listeners) removeEventListener(name, listener, { capture: true });
    };
  }, []);

  useLayoutEffect(() => {
    if (!anchor || !popup.current) return undefined;
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = popup.current;
    const left = Math.min(Math.max(8, at.left + at.width / 2 - width / 2), innerWidth - width - 8);
    const above = at.bottom + GAP + height > innerHeight;
    Object.assign(popup.current.style, { left: `${left}px`, top: `${above ? at.top - GAP - height : at.bottom + GAP}px` });
    anchor.setAttribute("aria-describedby", ID);
    return () => anchor.removeAttribute("aria-describedby");
  }, [anchor]);

  if (!anchor?.isConnected) return null;
  return (
    <div ref={popup} id={ID} role="tooltip" className="fixed z-50 max-w-[min(24rem,calc(100vw-1rem))] rounded-md border border-edge bg-raised px-2.5 py-1.5 text-xs leading-5 text-ink shadow-float">
      {hintOf(anchor)}
    </div>
  );
}
