/** The common parts of all screens: the evidence drawer, named in the address as ?evidence=ID. */
import { Outlet, createRootRoute } from "@tanstack/react-router";
import { wordOf } from "#/lib/address";
import { Overlays } from "#/app/overlays";

export interface RootSearch {
  /** The signal whose evidence is open. */
  evidence?: string;
}

export const rootRoute = createRootRoute({
  validateSearch: (raw: Record<string, unknown>): RootSearch => {
    const evidence = wordOf(raw.evidence);
    return evidence === undefined ? {} : { evidence };
  },
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
