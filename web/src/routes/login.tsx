import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root";

export const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  // Checked where it is used, because the router keeps parameters that are left out here.
  validateSearch: (raw: Record<string, unknown>): { next?: string } => (typeof raw.next === "string" ? { next: raw.next } : {}),
  component: lazyRouteComponent(() => import("#/app/login-screen"), "LoginScreen"),
});
