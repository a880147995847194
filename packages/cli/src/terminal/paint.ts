import { styleText } from "node:util";
import type { RunStatus } from "@llm-sim/events/run";
import type { EventType, SystemStatus } from "@llm-sim/events/schema";
import { EVENT_COLORS } from "./palette.ts";

type Style = Parameters<typeof styleText>[0];

/** Colours text, or leaves it alone where there are no colours. */
export class Paint {
  readonly #isOn: boolean;

  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  kind(kind: EventType, text: string): string {
    return this.#isOn ? `\u001b[38;5;${color256(EVENT_COLORS[kind])}m${text}\u001b[39m` : text;
  }

  status(status: RunStatus | SystemStatus, text: string): string {
    return this.#style(STATUS_STYLE[status], text);
  }

  bold(text: string): string {
    return this.#style("bold", text);
  }

  dim(text: string): string {
    return this.#style("dim", text);
  }

  bad(text: string): string {
    return this.#style(["bold", "red"], text);
  }

  good(text: string): string {
    return this.#style("cyan", text);
  }

  caution(text: string): string {
    return this.#style("yellow", text);
  }

  #style(style: Style, text: string): string {
    // Whether the stream takes colours was asked once, for all.
    return this.#isOn ? styleText(style, text, { validateStream: false }) : text;
  }
}

// Cyan, yellow and bold red stay apart without telling red from green.
const STATUS_STYLE: Record<RunStatus | SystemStatus, Style> = {
  running: "bold",
  completed: "cyan",
  success: "cyan",
  interrupted: "yellow",
  warning: "yellow",
  retry: "yellow",
  failed: ["bold", "red"],
  failure: ["bold", "red"],
};

/** Index of the nearest colour in xterm's 6×6×6 cube, which every terminal with colours has. */
function color256(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16);
    // The cube's levels: 0, 95, 135, 175, 215, 255.
    return value < 48 ? 0 : Math.min(5, Math.max(1, Math.round((value - 55) / 40)));
  };
  return 16 + 36 * channel(1) + 6 * channel(3) + channel(5);
}
