/** Cycles through system, dark and light. */
import { Monitor, Moon, Sun } from "lucide-react";
import { IconButton } from "#/components/ui/button";
import { en } from "#/i18n/en";
import { useCell } from "#/lib/cell";
import { theme, themes } from "./theme";

const icons = { system: Monitor, dark: Moon, light: Sun };

export function ThemeButton() {
  const chosen = useCell(theme);
  const Icon = icons[chosen];
  const next = themes[(themes.indexOf(chosen) + 1) % themes.length] ?? "system";
  return (
    <IconButton label={`${en.theme.title}: ${en.theme[chosen]}`} onClick={() => theme.set(next)}>
      <Icon size="1rem" />
    </IconButton>
  );
}
