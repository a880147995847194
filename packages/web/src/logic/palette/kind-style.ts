import type { EventType } from "@llm-sim/events/schema";

/** A mark's outline: a second way to tell kinds apart, for those to whom two colours are one. */
export type KindShape = "diamond" | "circle" | "triangle" | "square" | "dot" | "cross";

export interface KindStyle {
  /** On a light ground, at least 3:1 against white. */
  light: string;
  /** On a dark ground, at least 3:1 against near black. */
  dark: string;
  shape: KindShape;
  glyph: string;
  /** The nearest of a terminal's sixteen colours. */
  terminal: "magenta" | "blue" | "yellow" | "green" | "gray" | "red";
  /** What such an event is, for a reader who meets the word for the first time. */
  meaning: string;
}

/**
 * The one palette of the project, after Okabe & Ito, "Color Universal Design" (2008), each hue darkened for
 * white ground and lightened for black. The terminal uses `terminal` for the same kinds.
 */
export const KIND_STYLES: Readonly<Record<EventType, KindStyle>> = {
  MILESTONE: {
    light: "#99357a",
    dark: "#e294c2",
    shape: "diamond",
    glyph: "◆",
    terminal: "magenta",
    meaning: "A point in the run's course: its start, a turn, a phase, its end",
  },
  DECISION: {
    light: "#0a6ebd",
    dark: "#56b4e9",
    shape: "circle",
    glyph: "●",
    terminal: "blue",
    meaning: "An agent made up its mind",
  },
  ACTION: {
    light: "#b97900",
    dark: "#f0b429",
    shape: "triangle",
    glyph: "▲",
    terminal: "yellow",
    meaning: "An agent did something",
  },
  STATE: {
    light: "#00835f",
    dark: "#26c297",
    shape: "square",
    glyph: "■",
    terminal: "green",
    meaning: "A variable took a new value",
  },
  DETAIL: {
    light: "#8a919b",
    dark: "#7d8590",
    shape: "dot",
    glyph: "•",
    terminal: "gray",
    meaning: "The inside of a calculation",
  },
  SYSTEM: {
    light: "#c2410c",
    dark: "#ff7a45",
    shape: "cross",
    glyph: "✕",
    terminal: "red",
    meaning: "About the machinery: a failure, a retry, a warning, a call that went well",
  },
};

export type Theme = "light" | "dark";

export function kindColor(kind: EventType, theme: Theme): string {
  return KIND_STYLES[kind][theme];
}
