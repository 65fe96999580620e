/** The same signals as a table, for comparison. */
import { useRef } from "react";
import clsx from "clsx";
import { en } from "#/i18n/en";
import { useCell } from "#/lib/cell";
import { useRem } from "#/lib/media";
import { TABLE_COLUMNS, TableRow } from "./table-row";
import type { ListProps } from "./tiles";
import { useVirtualList } from "./use-virtual-list";
import { useListing } from "./use-wall";
import { chosen } from "./wall-state";

/** In rem, because rows hold text. */
const ROW_HEIGHT_REM = 4.25;
const { columns } = en.wall;

export function Table({ on, loadMore, dim }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const { ids, total } = useListing();
  const now = useCell(chosen);
  const rowHeight = ROW_HEIGHT_REM * useRem();
  const { shown, height } = useVirtualList({ box, lines: ids.length, perLine: 1, lineHeight: rowHeight, ahead: 1, loadMore });
  return (
    <div role="table" aria-label={en.wall.title} aria-rowcount={total + 1} className={clsx("flex min-h-0 flex-1 flex-col border-t border-line", dim && "opacity-60")}>
      <div role="rowgroup" className="overflow-y-hidden bg-surface [scrollbar-gutter:stable]">
        <div role="row" aria-rowindex={1} className={clsx(TABLE_COLUMNS, "h-9 border-b border-line text-2xs font-semibold tracking-wider text-muted uppercase")}>
          {Object.entries(columns).map(([name, title]) => (
            <span key={name} role="columnheader" className={clsx(name === "actions" && "text-right", name === "evidence" && "@max-4xl:hidden")}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <div ref={box} role="rowgroup" data-testid="scroller" className="min-h-0 flex-1 overflow-y-auto bg-surface [scrollbar-gutter:stable]">
        <div role="presentation" className="relative" style={{ height }}>
          {shown.map((line) => {
            const id = ids[line.index];
            return id === undefined ? null : <TableRow key={id} id={id} on={on} chosen={id === now} index={line.index} y={line.start} height={rowHeight} />;
          })}
        </div>
      </div>
    </div>
  );
}
