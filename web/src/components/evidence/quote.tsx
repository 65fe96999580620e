/** Stored text with the quotes marked. It is always text: content of a page never becomes HTML. */
import { useLayoutEffect, useRef } from "react";
import { en } from "#/i18n/en";
import type { Part } from "./pages";

interface Props {
  texts: Part[][];
  lang: string | null;
}

export function QuoteInText({ texts, lang }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const mark = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // Scrolls the first quote to the middle of its own box, without moving the panel.
    if (box.current && mark.current) box.current.scrollTop = mark.current.offsetTop - box.current.clientHeight / 3;
  }, [texts]);
  return (
    // It scrolls, so it must be reachable by keyboard.
    <div ref={box} tabIndex={0} role="group" aria-label={en.evidence.stored} className="relative max-h-56 overflow-y-auto border-t border-line bg-canvas px-4 py-3">
      {texts.map((parts, at) => (
        // oxlint-disable-next-line react/no-array-index-key
        <p key={at} lang={lang ?? undefined} dir="auto" className="text-[0.8125rem] leading-6 whitespace-pre-wrap text-muted [&+p]:mt-2 [&+p]:border-t [&+p]:border-dashed [&+p]:border-line [&+p]:pt-2">
          {parts.map((part, place) =>
            part.quoted ? (
              // oxlint-disable-next-line react/no-array-index-key
              <mark key={place} ref={at === 0 && place <= 1 ? mark : undefined} className="rounded-xs px-0.5 py-0.5 [box-decoration-break:clone]" data-testid="quote">
                {part.text}
              </mark>
            ) : (
              part.text
            ),
          )}
        </p>
      ))}
    </div>
  );
}
