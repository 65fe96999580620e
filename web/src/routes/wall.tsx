import { createRoute } from "@tanstack/react-router";
import { readSearch } from "#/features/signals/filters";
import { Wall } from "#/features/signals/wall";
import { rootRoute } from "./root";

export const wallRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: readSearch,
  component: Wall,
});
