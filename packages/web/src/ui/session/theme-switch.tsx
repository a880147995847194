import { Icon, type IconName } from "../parts/index.ts";
import { chooseTheme, THEME_CHOICES, type ThemeChoice, useThemeChoice } from "./theme.ts";

const LOOK: Record<ThemeChoice, { icon: IconName; label: string }> = {
  system: { icon: "contrast", label: "Colours: as the system" },
  light: { icon: "sun", label: "Colours: light" },
  dark: { icon: "moon", label: "Colours: dark" },
};

/** Goes round system, light, dark. */
export function ThemeSwitch() {
  const choice = useThemeChoice();
  const next = THEME_CHOICES[(THEME_CHOICES.indexOf(choice) + 1) % THEME_CHOICES.length] ?? "system";
  const { icon, label } = LOOK[choice];
  return (
    <button
      type="button"
      className="button icon-button"
      title={label}
      aria-label={label}
      onClick={() => chooseTheme(next)}
    >
      <Icon name={icon} />
    </button>
  );
}
