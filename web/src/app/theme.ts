/** The theme: the system's unless one is chosen. public/theme.js sets it before the first paint. */
import { stored } from "#/lib/stored";

export const themes = ["system", "dark", "light"] as const;
export type Theme = (typeof themes)[number];

export const theme = stored<Theme>("leadq.theme", themes, "system");

const light = matchMedia("(prefers-color-scheme: light)");
/** Paper is white whatever the screen is. */
const print = matchMedia("print");

function show(): void {
  const chosen = theme.get();
  const shown = chosen === "system" ? (light.matches ? "light" : "dark") : chosen;
  document.documentElement.dataset.theme = print.matches ? "light" : shown;
}

theme.watch(show);
light.addEventListener("change", show);
print.addEventListener("change", show);
