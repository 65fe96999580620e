import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { leadOf, queryClient } from "#/api/queries";
import { rootRoute } from "./root";

export const companyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/companies/$id",
  loader: ({ params }) => void queryClient.prefetchQuery(leadOf(params.id)),
  component: lazyRouteComponent(() => import("#/features/company/company-screen"), "CompanyScreen"),
});
