/** Stored text with the quote marked. It is always text: content of a page never becomes HTML. */
import { useLayoutEffect, useRef } from "react";
import { en } from "#/i18n/en";

interface Props {
  before: string;
  quote: string;
  after: string;
  lang: string | null;
}

export function QuoteInText({ before, quote, after, lang }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const mark = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // Scrolls the quote to the middle of its own box, without moving the panel.
    if (box.current && mark.current) box.current.scrollTop = mark.current.offsetTop - box.current.clientHeight / 3;
  }, [quote]);
  return (
    // It scrolls, so it must be reachable by keyboard.
    <div ref={box} tabIndex={0} role="group" aria-label={en.evidence.stored} className="relative max-h-56 overflow-y-auto border-t border-line bg-canvas px-4 py-3">
      <p lang={lang ?? undefined} dir="auto" className="text-[0.8125rem] leading-6 break-words whitespace-pre-wrap text-muted">
        {before}
        <mark ref={mark} className="rounded-xs px-0.5 py-0.5 [box-decoration-break:clone]" data-testid="quote">
          {quote}
        </mark>
        {after}
      </p>
    </div>
  );
}
