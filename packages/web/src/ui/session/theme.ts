import type { Theme } from "../../logic/palette/index.ts";
import { createStore } from "../../logic/store/index.ts";
import { useStore } from "../use-store.ts";

export const THEME_CHOICES = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

const KEY = "llm-sim.theme";
const systemDark = matchMedia("(prefers-color-scheme: dark)");

function readChoice(): ThemeChoice {
  const kept = localStorage.getItem(KEY);
  return THEME_CHOICES.find((choice) => choice === kept) ?? "system";
}

const choice = createStore(readChoice());
const theme = createStore(currentTheme());

/** While something is printed the page is light, whatever was chosen. */
let isLight = false;

function currentTheme(): Theme {
  if (isLight) return "light";
  const chosen = choice.get();
  if (chosen !== "system") return chosen;
  return systemDark.matches ? "dark" : "light";
}

function apply(): void {
  document.documentElement.dataset.theme = currentTheme();
  theme.set(currentTheme());
}

export function startTheme(): void {
  systemDark.addEventListener("change", apply);
  apply();
}

export function chooseTheme(next: ThemeChoice): void {
  choice.set(next);
  localStorage.setItem(KEY, next);
  apply();
}

/** Makes the page light, until the function that it returns is called. */
export function lightWhile(): () => void {
  isLight = true;
  apply();
  return () => {
    isLight = false;
    apply();
  };
}

export function useTheme(): Theme {
  return useStore(theme);
}

export function useThemeChoice(): ThemeChoice {
  return useStore(choice);
}
