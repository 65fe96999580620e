/** The filters on a small screen. */
import { Button } from "#/components/ui/button";
import { Modal } from "#/components/ui/modal";
import { en } from "#/i18n/en";
import { FacetRail, type RailProps } from "./facet-rail";
import { useListing } from "./use-wall";

export default function FilterSheet({ onClose, ...rail }: RailProps & { onClose: () => void }) {
  const { total } = useListing();
  return (
    <Modal
      side
      title={en.wall.filters}
      onClose={onClose}
      footer={
        <div className="border-t border-line px-5 py-3">
          <Button tone="primary" onClick={onClose} className="h-11 w-full justify-center">
            {en.wall.showResults(total)}
          </Button>
        </div>
      }
    >
      <FacetRail {...rail} />
    </Modal>
  );
}
