/** The theme: the system's unless one is chosen. public/theme.js sets it before the first paint. */
import { stored } from "#/lib/stored";

export const themes = ["system", "dark", "light"] as const;
export type Theme = (typeof themes)[number];

export const theme = stored<Theme>("leadq.theme", themes, "system");

const light = matchMedia("(prefers-color-scheme: light)");

function show(): void {
  const chosen = theme.get();
  document.documentElement.dataset.theme = chosen === "system" ? (light.matches ? "light" : "dark") : chosen;
}

theme.watch(show);
light.addEventListener("change", show);
