import type { ValueAtTurn, ValuesAnswer } from "@llm-sim/api";
import { byName } from "../format/index.ts";
import { drawnTurns } from "./drawn-turns.ts";

/** What a variable of one owner was. */
export interface OwnerCurve {
  /** `undefined` is the world. */
  agent: string | undefined;
  /** By place in the turns; `undefined` where the variable was not there. */
  values: (ValueAtTurn | undefined)[];
}

/** A variable of everyone who has it, over the same turns. */
export interface OwnerCurves {
  turns: number[];
  /** By name. */
  owners: OwnerCurve[];
}

/** An answer's points, each held until the next. */
export function ownerCurves({ turn_start, turn_end, every, series }: ValuesAnswer): OwnerCurves {
  const told = { from: turn_start, to: turn_end, every };
  const turns = drawnTurns(
    told,
    series.flatMap(({ points }) => points.map(([turn]) => turn)),
  );
  const owners = series.map(({ agent_id, points }): OwnerCurve => {
    const values: (ValueAtTurn | undefined)[] = [];
    let [at, value]: [number, ValueAtTurn | undefined] = [0, undefined];
    for (const turn of turns) {
      for (let point = points[at]; point && point[0] <= turn; point = points[++at]) value = point[1];
      values.push(value);
    }
    return { agent: agent_id, values };
  });
  return { turns, owners: owners.sort((one, other) => byName(one.agent ?? "", other.agent ?? "")) };
}

/** How a variable is drawn: by its numbers where anybody's is one, else by how many have which value. */
export function chartKind(owners: readonly OwnerCurve[]): "numbers" | "categories" {
  return owners.some(isNumeric) ? "numbers" : "categories";
}

/** A curve's numbers; what is none is a gap. */
export function numbersOf({ values }: OwnerCurve): (number | null)[] {
  return values.map((value) => (typeof value === "number" ? value : null));
}

/** The owners that have numbers, and those whose values never are. */
export function partedByNumbers(owners: readonly OwnerCurve[]): {
  numeric: OwnerCurve[];
  others: OwnerCurve[];
} {
  const numeric = owners.filter(isNumeric);
  const others = owners.filter(
    (owner) => !isNumeric(owner) && owner.values.some((value) => value !== undefined),
  );
  return { numeric, others };
}

function isNumeric({ values }: OwnerCurve): boolean {
  return values.some((value) => typeof value === "number");
}

/** Values that colours tell apart; what is beyond is one more. */
export const MAX_CATEGORIES = 7;
export const OTHER_VALUES = "others";

/** The values that there are, the commonest of them, in the order in which they come up. */
export function categoriesOf(owners: readonly OwnerCurve[]): string[] {
  const seen = new Map<string, { first: number; count: number }>();
  for (const { values } of owners) {
    for (const [place, value] of values.entries()) {
      if (value === undefined) continue;
      const text = categoryText(value);
      const known = seen.get(text);
      if (known === undefined) seen.set(text, { first: place, count: 1 });
      else {
        known.first = Math.min(known.first, place);
        known.count++;
      }
    }
  }
  const commonest = [...seen].sort(([, one], [, other]) => other.count - one.count);
  const kept = commonest
    .slice(0, MAX_CATEGORIES)
    .sort(([a, one], [b, other]) => one.first - other.first || other.count - one.count || byName(a, b))
    .map(([text]) => text);
  return commonest.length > MAX_CATEGORIES ? [...kept, OTHER_VALUES] : kept;
}

/** Of a category's value, its place among the categories; the last where it is none of them. */
export function categoryAt(value: ValueAtTurn, categories: readonly string[]): number {
  const at = categories.indexOf(categoryText(value));
  return at === -1 ? categories.length - 1 : at;
}

/** How many owners have which value, by category and place. */
export function countsOf(owners: readonly OwnerCurve[], categories: readonly string[]): number[][] {
  const places = Math.max(0, ...owners.map(({ values }) => values.length));
  const counts = categories.map(() => new Array<number>(places).fill(0));
  const known = new Map(categories.map((text, at) => [text, at]));
  for (const { values } of owners) {
    for (const [place, value] of values.entries()) {
      if (value === undefined) continue;
      const row = counts[known.get(categoryText(value)) ?? categories.length - 1];
      if (row) row[place] = (row[place] ?? 0) + 1;
    }
  }
  return counts;
}

function categoryText(value: ValueAtTurn): string {
  return value === "" ? "(empty)" : String(value);
}

/** The owner whose number at a place is nearest to a value. */
export function nearestOwner(
  owners: readonly OwnerCurve[],
  place: number,
  value: number,
): OwnerCurve | undefined {
  let [nearest, distance]: [OwnerCurve | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const owner of owners) {
    const here = owner.values[place];
    if (typeof here !== "number" || Math.abs(here - value) >= distance) continue;
    nearest = owner;
    distance = Math.abs(here - value);
  }
  return nearest;
}
