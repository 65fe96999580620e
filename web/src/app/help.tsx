/** The list of keys. */
import { Modal } from "#/components/ui/modal";
import { en } from "#/i18n/en";
import { useCell } from "#/lib/cell";
import { helpOpen } from "./help-state";
import { singleKeys } from "./shortcuts";
import { searchKeys } from "./search-key";

const { groups, keys } = en.help;
const rows: [string, [string, string][]][] = [
  [groups.move, [["j", keys.next], ["k", keys.previous], ["Space", keys.peek], ["Enter", keys.open], ["Esc", keys.close]]],
  [groups.act, [["w", keys.won], ["o", keys.lost], ["s", keys.snooze], ["n", keys.ignore], ["u", keys.undo]]],
  [groups.view, [[searchKeys, keys.search], ["/", keys.search], ["l", keys.live], [".", keys.fresh], ["?", keys.help]]],
];

export default function Help() {
  const single = useCell(singleKeys);
  return (
    <Modal title={en.help.title} onClose={() => helpOpen.set(false)} className="max-w-xl">
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {rows.map(([title, list]) => (
          <section key={title}>
            <h3 className="mb-2 text-2xs font-semibold tracking-wider text-muted uppercase">{title}</h3>
            <dl className="flex flex-col gap-1.5 wrap-normal">
              {list.map(([key, what]) => (
                <div key={key} className="flex items-center justify-between gap-4">
                  <dt className="order-last">
                    <kbd className="rounded border border-edge bg-raised px-1.5 py-0.5 font-mono text-xs whitespace-nowrap">{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="mt-6 flex items-start gap-3 border-t border-line pt-4">
        <input
          type="checkbox"
          checked={single === "on"}
          onChange={(event) => singleKeys.set(event.target.checked ? "on" : "off")}
          className="mt-0.5 size-4 accent-(--accent)"
        />
        <span>
          <span className="font-medium">{en.help.singleKeys}</span>
          <span className="block text-xs text-muted">{en.help.singleKeysBody}</span>
        </span>
      </label>
    </Modal>
  );
}
