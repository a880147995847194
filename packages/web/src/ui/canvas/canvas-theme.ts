import { EVENT_TYPES } from "@llm-sim/events/schema";
import { KIND_STYLES, type Theme } from "../../logic/palette/index.ts";

/** The page's colours, read once for drawing. */
export interface CanvasTheme {
  kinds: string[];
  ground: string;
  stripe: string;
  line: string;
  ink: string;
  faint: string;
  accent: string;
  cause: string;
  effect: string;
  shade: string;
  font: string;
}

export function readCanvasTheme(theme: Theme): CanvasTheme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    kinds: EVENT_TYPES.map((kind) => KIND_STYLES[kind][theme]),
    ground: read("--ground"),
    stripe: read("--stripe"),
    line: read("--line"),
    ink: read("--ink"),
    faint: read("--ink-faint"),
    accent: read("--accent"),
    cause: read("--cause"),
    effect: read("--effect"),
    shade: read("--shade"),
    font: `11px ${read("--font")}`,
  };
}
