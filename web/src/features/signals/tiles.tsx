/** The signals as tiles, in as many columns as fit. */
import { useRef } from "react";
import clsx from "clsx";
import { en } from "#/i18n/en";
import { useCell } from "#/lib/cell";
import { useRem } from "#/lib/media";
import { Tile } from "./tile";
import { useVirtualList, useWidth } from "./use-virtual-list";
import { useListing } from "./use-wall";
import { chosen } from "./wall-state";

/** Sizes in rem, because tiles hold text. */
const TILE_HEIGHT_REM = 15;
const TILE_WIDTH_MIN_REM = 20.5;
/** A narrower tile is higher, because its lines wrap. */
const NARROW_REM = 17;
const NARROW_HEIGHT_REM = 18;
const GAP = 12;

export interface ListProps {
  on: string;
  loadMore: () => void;
  /** Whether an older response is shown until the new one arrives. */
  dim: boolean;
}

export function Tiles({ on, loadMore, dim }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const feed = useRef<HTMLDivElement>(null);
  const width = useWidth(feed);
  const { ids, total } = useListing();
  const now = useCell(chosen);
  const rem = useRem();
  const columns = Math.max(1, Math.floor((width + GAP) / (TILE_WIDTH_MIN_REM * rem + GAP)));
  const tileWidth = (width - GAP * (columns - 1)) / columns;
  const narrow = tileWidth < NARROW_REM * rem;
  const tileHeight = (narrow ? NARROW_HEIGHT_REM : TILE_HEIGHT_REM) * rem;
  const { shown, height } = useVirtualList({
    box,
    lines: Math.ceil(ids.length / columns),
    perLine: columns,
    lineHeight: tileHeight + GAP,
    ahead: columns > 1 ? 0 : 1,
    loadMore,
  });

  return (
    <div ref={box} data-testid="scroller" className={clsx("min-h-0 flex-1 overflow-y-auto px-3 [scrollbar-gutter:stable] @3xl/app:px-5", dim && "opacity-60")}>
      <div ref={feed} role="feed" aria-label={en.wall.title} className="relative" style={{ height }}>
        {width > 0 &&
          shown.flatMap((line) =>
            ids.slice(line.index * columns, (line.index + 1) * columns).map((id, column) => (
              <Tile
                key={id}
                id={id}
                on={on}
                chosen={id === now}
                narrow={narrow}
                alwaysActing={columns === 1}
                index={line.index * columns + column}
                total={total}
                x={column * (tileWidth + GAP)}
                y={line.start}
                width={tileWidth}
                height={tileHeight}
              />
            )),
          )}
      </div>
    </div>
  );
}
