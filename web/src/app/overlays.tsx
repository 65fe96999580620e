/** The drawers and dialogs that open over any screen. */
import { Suspense, lazy } from "react";
import { useSearch } from "@tanstack/react-router";
import { asking } from "#/components/feedback/outcomes";
import { useCell } from "#/lib/cell";
import { helpOpen } from "./help-state";
import { useSearchKey } from "./search-key";
import { useShortcuts } from "./shortcuts";

const EvidenceDrawer = lazy(() => import("#/components/evidence/drawer"));
const ReasonDialog = lazy(() => import("#/components/feedback/reason-dialog"));
const Help = lazy(() => import("./help"));

export function Overlays() {
  const { evidence } = useSearch({ from: "__root__" });
  const help = useCell(helpOpen);
  const asked = useCell(asking);
  useShortcuts({ "?": () => helpOpen.set(true) });
  useSearchKey();
  return (
    <Suspense>
      {evidence !== undefined && <EvidenceDrawer id={evidence} />}
      {help && <Help />}
      {asked !== null && <ReasonDialog {...asked} />}
    </Suspense>
  );
}
