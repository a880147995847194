import { EVENT_TYPES } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { KIND_STYLES, kindColor, seriesStyle } from "./index.ts";

type Rgb = [number, number, number];

const linear = (byte: number) => {
  const part = byte / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const parse = (hex: string): Rgb => {
  const part = (at: number) => linear(Number.parseInt(hex.slice(at, at + 2), 16));
  return [part(1), part(3), part(5)];
};
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const contrast = (one: string, other: string) => {
  const [a, b] = [luminance(parse(one)), luminance(parse(other))];
  const [high, low] = [Math.max(a, b), Math.min(a, b)];
  return (high + 0.05) / (low + 0.05);
};

// Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
const SIGHT = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
} as const;

function seen([r, g, b]: Rgb, m: readonly number[]): Rgb {
  const row = (at: number) =>
    Math.min(1, Math.max(0, (m[at] ?? 0) * r + (m[at + 1] ?? 0) * g + (m[at + 2] ?? 0) * b));
  return [row(0), row(3), row(6)];
}

function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (one: Rgb, other: Rgb) => Math.hypot(...one.map((part, at) => part - (other[at] ?? 0)));

describe("the palette of kinds", () => {
  it.each(["light", "dark"] as const)(
    "stands out from the %s ground by 3:1 at least (WCAG 1.4.11)",
    (theme) => {
      const ground = theme === "light" ? "#ffffff" : "#16181c";
      for (const kind of EVENT_TYPES)
        expect(contrast(kindColor(kind, theme), ground), kind).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(["normal", "protanopia", "deuteranopia"] as const)(
    "keeps every two kinds apart to %s sight, by colour",
    (sight) => {
      for (const theme of ["light", "dark"] as const) {
        for (const [at, one] of EVENT_TYPES.entries()) {
          for (const other of EVENT_TYPES.slice(at + 1)) {
            const apart = distance(
              lab(seen(parse(kindColor(one, theme)), SIGHT[sight])),
              lab(seen(parse(kindColor(other, theme)), SIGHT[sight])),
            );
            // 2.3 is a just noticeable difference in CIELAB; several times that holds for small marks.
            expect(apart, `${one} and ${other}, ${theme}`).toBeGreaterThan(8);
          }
        }
      }
    },
  );

  it("gives every kind a shape, a glyph and a terminal colour of its own", () => {
    for (const field of ["shape", "glyph", "terminal"] as const)
      expect(new Set(EVENT_TYPES.map((kind) => KIND_STYLES[kind][field])).size).toBe(EVENT_TYPES.length);
  });
});

describe("lines of a chart", () => {
  it("are told apart by colour and dash up to 28", () => {
    const styles = Array.from({ length: 28 }, (_, index) => JSON.stringify(seriesStyle(index, "light")));
    expect(new Set(styles).size).toBe(28);
  });
});
