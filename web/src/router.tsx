/** The single list of screens. */
import { createRouter, parseSearchWith, stringifySearchWith } from "@tanstack/react-router";
import { Problem } from "#/api/client";
import { queryClient } from "#/api/queries";
import { ErrorScreen } from "#/app/error-screen";
import { MissingScreen } from "#/app/missing-screen";
import { companyRoute } from "#/routes/company";
import { loginRoute } from "#/routes/login";
import { rootRoute } from "#/routes/root";
import { sourcesRoute } from "#/routes/sources";
import { wallRoute } from "#/routes/wall";

export const router = createRouter({
  routeTree: rootRoute.addChildren([wallRoute, companyRoute, sourcesRoute, loginRoute]),
  // Plain strings in the address: ?kind=hiring_spike&score=70
  parseSearch: parseSearchWith((word) => word),
  stringifySearch: stringifySearchWith(String),
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: ErrorScreen,
  defaultNotFoundComponent: MissingScreen,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** Redirects a user who is not signed in to the login screen, which leads back afterwards. */
queryClient.getQueryCache().subscribe(({ query }) => {
  const { error } = query.state;
  const { pathname, href } = router.state.location;
  if (error instanceof Problem && error.status === 401 && pathname !== "/login") {
    void router.navigate({ to: "/login", search: { next: href } });
  }
});
