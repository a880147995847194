import type { Theme } from "./kind-style.ts";
import { seriesStyle } from "./series-colors.ts";

type Rgb = readonly [number, number, number];

/** From the least to the greatest, after ColorBrewer's Blues; where zero lies between, orange below it and blue above. */
const RAMPS: Record<Theme, { one: readonly Rgb[]; two: readonly Rgb[] }> = {
  light: {
    one: [
      [229, 240, 250],
      [107, 174, 214],
      [8, 48, 107],
    ],
    two: [
      [166, 54, 3],
      [245, 240, 232],
      [8, 69, 148],
    ],
  },
  dark: {
    one: [
      [27, 40, 56],
      [49, 114, 170],
      [186, 224, 255],
    ],
    two: [
      [255, 150, 94],
      [40, 44, 50],
      [110, 180, 255],
    ],
  },
};
/** Categories past the first: a tone of grey. */
const OTHERS: Record<Theme, Rgb> = { light: [150, 156, 164], dark: [112, 120, 130] };

/** The colour of a number at a share (0–1) between the least and the greatest of all. */
export function heatColor(share: number, least: number, greatest: number, theme: Theme): Rgb {
  const isTwoSided = least < 0 && greatest > 0;
  if (!isTwoSided) return mixed(RAMPS[theme].one, share);
  const value = least + share * (greatest - least);
  const most = Math.max(-least, greatest);
  return mixed(RAMPS[theme].two, 0.5 + value / most / 2);
}

/** The colour of a category by its place; from `most` on all have the same. */
export function categoryColor(place: number, most: number, theme: Theme): Rgb {
  return place >= most ? OTHERS[theme] : categoryOf(place, theme);
}

/** As many as lines of charts have, then the same again, paler. */
function categoryOf(place: number, theme: Theme): Rgb {
  const [red, green, blue] = rgbOf(seriesStyle(place, theme).color);
  if (place < SERIES) return [red, green, blue];
  const ground = theme === "light" ? 255 : 22;
  return [(red + ground) / 2, (green + ground) / 2, (blue + ground) / 2];
}

const SERIES = 7;

function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function mixed(stops: readonly Rgb[], share: number): Rgb {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const from = stops[Math.floor(place)] ?? OTHERS.light;
  const to = stops[Math.ceil(place)] ?? from;
  const part = place - Math.floor(place);
  return [
    Math.round(from[0] + (to[0] - from[0]) * part),
    Math.round(from[1] + (to[1] - from[1]) * part),
    Math.round(from[2] + (to[2] - from[2]) * part),
  ];
}

export function cssColor([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
