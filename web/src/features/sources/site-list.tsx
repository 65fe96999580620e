/** The followed sites; only the visible rows are rendered, because there may be thousands. */
import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { Site } from "#/api/nouns";
import { en } from "#/i18n/en";
import { useRem } from "#/lib/media";
import { SiteRow } from "./site-row";

/** The usual height of a row; each is measured when it is shown. */
const ROW_REM = 4;
const AHEAD = 6;

interface Props {
  /** The element that scrolls. */
  box: RefObject<HTMLElement | null>;
  sites: Site[];
}

export function SiteList({ box, sites }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const row = ROW_REM * useRem();
  useLayoutEffect(() => {
    // What stands above the list changes its height with the answers, the filter and the width.
    const observer = new ResizeObserver(() => setMargin(list.current?.offsetTop ?? 0));
    if (box.current?.firstElementChild) observer.observe(box.current.firstElementChild);
    return () => observer.disconnect();
  }, [box]);
  const virtual = useVirtualizer({
    count: sites.length,
    getScrollElement: () => box.current,
    estimateSize: () => row,
    getItemKey: (index) => sites[index]?.domain ?? index,
    overscan: AHEAD,
    scrollMargin: margin,
  });
  return (
    <div ref={list} role="list" aria-label={en.sources.sites} className="relative" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, start, key }) => {
        const site = sites[index];
        return (
          site && (
            <div
              key={key}
              ref={virtual.measureElement}
              role="listitem"
              aria-posinset={index + 1}
              aria-setsize={sites.length}
              data-index={index}
              data-testid="site"
              className="absolute inset-x-0 top-0 border-b border-line px-4 py-3"
              style={{ transform: `translateY(${start - margin}px)` }}
            >
              <SiteRow site={site} />
            </div>
          )
        );
      })}
    </div>
  );
}
