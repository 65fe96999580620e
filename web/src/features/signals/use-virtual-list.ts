/** Renders only the visible lines, keeps the scroll position, and loads more near the end. */
import { type RefObject, useEffect, useState } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { list, place } from "./wall-state";

interface Options {
  box: RefObject<HTMLElement | null>;
  /** The number of lines; a line holds `perLine` signals. */
  lines: number;
  perLine: number;
  lineHeight: number;
  /** Lines rendered outside the visible area. */
  ahead: number;
  loadMore: () => void;
}

const LINES_BEFORE_END = 12;

export function useVirtualList({ box, lines, perLine, lineHeight, ahead, loadMore }: Options) {
  const virtual = useVirtualizer({
    count: lines,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    overscan: ahead,
    initialOffset: () => place.top,
    paddingStart: 2,
    paddingEnd: 24,
    scrollPaddingStart: 12,
    scrollPaddingEnd: 24,
  });

  useEffect(() => virtual.measure(), [virtual, lineHeight]);
  useEffect(() => {
    list.scrollTo = (index) => virtual.scrollToIndex(Math.floor(index / perLine));
    return () => {
      list.scrollTo = () => undefined;
    };
  }, [virtual, perLine]);
  useEffect(() => {
    const scrolled = box.current;
    const remember = () => {
      place.top = scrolled?.scrollTop ?? 0;
    };
    scrolled?.addEventListener("scroll", remember, { passive: true });
    return () => scrolled?.removeEventListener("scroll", remember);
  }, [box]);

  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= lines - LINES_BEFORE_END) loadMore();
  }, [last, lines, loadMore]);
  return { shown, height: virtual.getTotalSize() };
}

/** Returns the current width of an element in pixels; 0 before it is known. */
export function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
