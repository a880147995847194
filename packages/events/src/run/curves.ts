import type { JsonValue, StateEvent, VariableSummary } from "../schema/index.ts";
import { MAX_SUMMARY_POINTS } from "./summary.ts";

/** Turns between the first and the last that points can stand at, so that with those two there are at most a thousand. Even, as it is halved. */
const MOST_SAMPLES = MAX_SUMMARY_POINTS - 2;
/** Of all variables together, some 20 MB of text: where there are more, they are thinned out. */
const MOST_POINTS = 1_500_000;
/** Characters; of values whose text is longer no points are kept. */
const LONGEST_VALUE = 256;
/** Characters; a longer first or last value is left out. */
const LONGEST_END_VALUE = 4_096;

/** A write of a variable, as far as its curve goes. */
export interface CurveWrite {
  agent_id?: string | undefined;
  variable_name: string;
  new_value: JsonValue;
  change?: StateEvent["change"];
}

/** What became of one variable so far. */
class Curve {
  readonly agentId: string | undefined;
  readonly variable: string;
  readonly first: JsonValue;
  last: JsonValue;
  /** The turn in which it was taken away, as long as it is. */
  gone: number | undefined;
  least: number | undefined;
  leastTurn = 0;
  greatest: number | undefined;
  greatestTurn = 0;
  writes = 0;
  /** Changed since the last point. */
  isDue = false;
  /** `undefined` from the first value on that is too large for one. */
  turns: number[] | undefined = [];
  values: (JsonValue | undefined)[] = [];

  constructor(agentId: string | undefined, variable: string, first: JsonValue) {
    this.agentId = agentId;
    this.variable = variable;
    this.first = first;
    this.last = first;
  }
}

/**
 * Keeps of every variable its first, last, least and greatest value, and its value by turn, in bounded memory whatever the
 * run's length.
 */
export class Curves {
  readonly #byAgent = new Map<string | undefined, Map<string, Curve>>();
  #due: Curve[] = [];
  /** Points stand so many turns apart: a power of two. */
  #every = 1;
  #points = 0;
  readonly #mostPoints: number;

  /** @param mostPoints of all variables together */
  constructor(mostPoints = MOST_POINTS) {
    this.#mostPoints = mostPoints;
  }

  get every(): number {
    return this.#every;
  }

  /** A variable was written in a turn. */
  wrote({ agent_id, variable_name, new_value, change }: CurveWrite, turn: number): void {
    const curve = this.#of(agent_id, variable_name, new_value);
    curve.writes++;
    if (!curve.isDue) {
      curve.isDue = true;
      this.#due.push(curve);
    }
    if (change === "removed") {
      curve.gone = turn;
      return;
    }
    curve.gone = undefined;
    curve.last = new_value;
    if (typeof new_value !== "number") return;
    if (curve.least === undefined || new_value < curve.least) {
      curve.least = new_value;
      curve.leastTurn = turn;
    }
    if (curve.greatest === undefined || new_value > curve.greatest) {
      curve.greatest = new_value;
      curve.greatestTurn = turn;
    }
  }

  /** A turn is over (0: the set-up). */
  endTurn(turn: number): void {
    if (turn % this.#every !== 0) return;
    this.#sample(turn);
    while (turn / this.#every >= MOST_SAMPLES || this.#points > this.#mostPoints) {
      if (this.#every > turn) return; // one turn alone has that many variables: there is nothing between its points
      this.#thin(turn);
    }
  }

  /** So are all from one turn to another, exclusive, whose writes stand in the first: as many as a log's numbers say, which may come from a clock. */
  endTurns(from: number, to: number): void {
    let turn = from;
    while (turn < to) {
      this.endTurn(turn);
      const hasWork = this.#due.length > 0 || this.#points > this.#mostPoints;
      // Where nothing waits for a point, the next that matters is the one for which points have to stand further apart.
      turn = hasWork
        ? (Math.floor(turn / this.#every) + 1) * this.#every
        : Math.max(turn + 1, MOST_SAMPLES * this.#every);
    }
  }

  /** The run is over. @param turn the last that was begun */
  finish(turn: number): void {
    this.#sample(turn);
  }

  /**
   * In the order in which they came.
   *
   * @param now a turn that is under way: what it changed so far is the last point
   */
  *variables(now?: number): Generator<VariableSummary> {
    for (const own of this.#byAgent.values()) {
      for (const curve of own.values()) yield summaryOf(curve, now);
    }
  }

  #of(agentId: string | undefined, variable: string, value: JsonValue): Curve {
    let own = this.#byAgent.get(agentId);
    if (own === undefined) {
      own = new Map();
      this.#byAgent.set(agentId, own);
    }
    let curve = own.get(variable);
    if (curve === undefined) {
      curve = new Curve(agentId, variable, value);
      own.set(variable, curve);
    }
    return curve;
  }

  #sample(turn: number): void {
    for (const curve of this.#due) {
      curve.isDue = false;
      const { turns, values } = curve;
      if (turns === undefined) continue;
      const value = standing(curve);
      if (value !== undefined && !isSmall(value)) {
        this.#points -= turns.length;
        curve.turns = undefined;
        curve.values = [];
        continue;
      }
      if (values.length > 0 && value === values.at(-1)) continue;
      turns.push(turn);
      values.push(value);
      this.#points++;
    }
    this.#due = [];
  }

  /** Every other sample goes; what changed at one of those stands at the next that stays. */
  #thin(now: number): void {
    this.#every *= 2;
    for (const own of this.#byAgent.values()) {
      for (const curve of own.values()) {
        this.#points -= curve.values.length;
        thin(curve, this.#every, now);
        this.#points += curve.values.length;
      }
    }
  }
}

function thin(curve: Curve, every: number, now: number): void {
  const { turns, values } = curve;
  if (turns === undefined) return;
  const standsAt = (turn: number) => Math.min(now, Math.ceil(turn / every) * every);
  let kept = 0;
  // By number: through iterators it took three times as long, for every variable of a run.
  for (let at = 0; at < turns.length; at++) {
    const turn = turns[at] ?? 0;
    const stands = at === 0 ? turn : standsAt(turn);
    const next = turns[at + 1];
    if (at > 0 && next !== undefined && standsAt(next) === stands) continue;
    turns[kept] = stands;
    values[kept] = values[at];
    kept++;
  }
  turns.length = kept;
  values.length = kept;
}

function isSmall(value: JsonValue): boolean {
  if (typeof value === "string") return value.length <= LONGEST_VALUE;
  if (typeof value !== "object" || value === null) return true;
  return (
    (!Array.isArray(value) || value.length <= LONGEST_VALUE / 2) &&
    JSON.stringify(value).length <= LONGEST_VALUE
  );
}

/** Its value now; `undefined` where it is not there. */
function standing({ gone, last }: Curve): JsonValue | undefined {
  return gone === undefined ? last : undefined;
}

function summaryOf(curve: Curve, now: number | undefined): VariableSummary {
  const { agentId, variable, first, last, gone, least, greatest, writes } = curve;
  return {
    ...(agentId !== undefined && { agent_id: agentId }),
    variable,
    ...(fits(first) && { first }),
    ...(gone === undefined ? fits(last) && { last } : { gone }),
    ...(least !== undefined && { least, least_turn: curve.leastTurn }),
    ...(greatest !== undefined && { greatest, greatest_turn: curve.greatestTurn }),
    writes,
    ...pointsOf(curve, now),
  };
}

function pointsOf(curve: Curve, now: number | undefined): Pick<VariableSummary, "points"> {
  const { turns, values, isDue } = curve;
  if (turns === undefined) return {};
  const points = turns.map((turn, at) => pointAt(turn, values[at]));
  const value = standing(curve);
  if (now === undefined || !isDue || (points.length > 0 && value === values.at(-1))) return { points };
  return value === undefined || isSmall(value) ? { points: [...points, pointAt(now, value)] } : {};
}

function pointAt(turn: number, value: JsonValue | undefined): [number, ...JsonValue[]] {
  return value === undefined ? [turn] : [turn, value];
}

function fits(value: JsonValue): boolean {
  if (typeof value === "string") return value.length <= LONGEST_END_VALUE;
  if (typeof value !== "object" || value === null) return true;
  return JSON.stringify(value).length <= LONGEST_END_VALUE;
}
