import {
  categoriesOf,
  categoryAt,
  chartKind,
  numbersOf,
  type OwnerCurves,
  placeOf,
} from "../charts/index.ts";
import { length, type Range, toPixel } from "./viewport.ts";

/** No value: the variable was not there. */
export const NO_CODE = 255;

/** One variable of every agent, ready to be drawn under their lanes. */
export interface LaneStrips {
  /** Where each value begins on the axis of turns; it holds until the next begins, the last until `end`. */
  starts: readonly number[];
  end: number;
  kind: "categories" | "numbers";
  /** By agent: the place of each value's category, or a number's share of the way from least to greatest; NaN where there is none. */
  lanes: ReadonlyMap<string, Uint8Array | Float32Array>;
  categories: readonly string[];
  /** Of all agents together, so that lanes can be compared. */
  least: number;
  greatest: number;
}

/** `undefined` where no agent has the variable. */
export function laneStrips({ turns, owners }: OwnerCurves): LaneStrips | undefined {
  const agents = owners.flatMap((owner) =>
    owner.agent === undefined ? [] : { ...owner, agent: owner.agent },
  );
  if (agents.length === 0) return undefined;
  const axis = {
    // What is told of a turn held at its end, and since the turn told before.
    starts: turns.map((turn, place) => (place === 0 ? turn : (turns[place - 1] ?? 0) + 1)),
    end: (turns.at(-1) ?? 0) + 1,
  };
  if (chartKind(agents) === "categories") {
    const categories = categoriesOf(agents);
    const lanes = new Map(
      agents.map(({ agent, values }) => [
        agent,
        Uint8Array.from(values, (value) => (value === undefined ? NO_CODE : categoryAt(value, categories))),
      ]),
    );
    return { ...axis, kind: "categories", lanes, categories, least: 0, greatest: 0 };
  }
  const numbers = agents.map((owner) => ({ agent: owner.agent, values: numbersOf(owner) }));
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values } of numbers) {
    for (const value of values) {
      if (value === null) continue;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
  }
  const span = greatest - least || 1;
  const lanes = new Map(
    numbers.map(({ agent, values }) => [
      agent,
      Float32Array.from(values, (value) => (value === null ? Number.NaN : (value - least) / span)),
    ]),
  );
  return { ...axis, kind: "numbers", lanes, categories: [], least, greatest };
}

/** What a strip draws between two pixels: a category, or the least and the greatest share that there were. */
export interface StripPiece {
  from: number;
  to: number;
  code: number;
  low: number;
  high: number;
}

/** A lane's strip over a range, in no more pieces than there are pixels; equal neighbours of categories are one. */
export function stripPieces(
  { starts, end, kind }: Pick<LaneStrips, "starts" | "end" | "kind">,
  values: Uint8Array | Float32Array,
  range: Range,
  width: number,
): StripPiece[] {
  const pieces: StripPiece[] = [];
  const first = placeOf(starts, range.from);
  const pixel = (place: number) => toPixel(range, width, starts[place] ?? end);
  const unit = length(range) / Math.max(1, width);
  for (let place = first; place < values.length && (starts[place] ?? end) < range.to; ) {
    // All places that begin within one pixel are one piece: so much is drawn however long the run is.
    let next = place + 1;
    const until = (starts[place] ?? 0) + unit;
    while (next < values.length && (starts[next] ?? end) < until) next++;
    const piece = { from: pixel(place), to: pixel(next), ...summaryOf(kind, values, place, next) };
    const before = pieces.at(-1);
    if (piece.code === NO_CODE) {
      // Nothing is drawn there.
    } else if (
      kind === "categories" &&
      before?.code === piece.code &&
      Math.abs(before.to - piece.from) < 0.01
    )
      before.to = piece.to;
    else pieces.push(piece);
    place = next;
  }
  return pieces;
}

/** Of several values in one pixel: the last category, the extremes of numbers. */
function summaryOf(
  kind: LaneStrips["kind"],
  values: Uint8Array | Float32Array,
  from: number,
  to: number,
): Omit<StripPiece, "from" | "to"> {
  if (kind === "categories") return { code: values[to - 1] ?? NO_CODE, low: 0, high: 0 };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let place = from; place < to; place++) {
    const value = values[place] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? { code: 0, low, high } : { code: NO_CODE, low: 0, high: 0 };
}
