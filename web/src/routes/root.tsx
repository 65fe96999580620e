/** What every screen shares: the evidence drawer, named in the address as ?evidence=ID. */
import { Outlet, createRootRoute } from "@tanstack/react-router";
import { Overlays } from "#/app/overlays";

export interface RootSearch {
  /** The signal whose evidence is open. */
  evidence?: string;
}

export const rootRoute = createRootRoute({
  validateSearch: (raw: Record<string, unknown>): RootSearch =>
    typeof raw.evidence === "string" && raw.evidence !== "" ? { evidence: raw.evidence } : {},
  component: Root,
});

function Root() {
  return (
    <>
      <Outlet />
      <Overlays />
    </>
  );
}
