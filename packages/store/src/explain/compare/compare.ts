import {
  type CompareAnswer,
  completenessOf,
  type Difference,
  type Gap,
  isHole,
  type TurnDistance,
} from "@llm-sim/api";
import type { RunManifest } from "@llm-sim/events/run";
import { EVENT_TYPES, includesLevel, type VerbosityLevel } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { gapsOf, type WriteCheck } from "../certainty/index.ts";
import { lastTurn, now, type Pace } from "../rows/index.ts";
import { type AlignedTurn, alignTurn, type Pair } from "./align.ts";
import { type Side, setupDifferences } from "./configuration.ts";
import { Consequences } from "./consequences.ts";
import type { Reading } from "./content.ts";
import { causesOf, contextLine, Describer, hiddenOrigin, originOf } from "./describe.ts";
import { type Entry, entriesOf } from "./entry.ts";
import { namesIn } from "./event-place.ts";
import { commonLevel, recordsNoMore } from "./level.ts";
import { SameCauses } from "./same-causes.ts";
import { StateDistance } from "./state-distance.ts";
import { TurnRows } from "./turn-rows.ts";

const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
const MAX_LISTED = 20;
const MAX_TURNS = 1000;
const CONTEXT = 3;

/** Goes through both runs turn by turn; what is held is one turn of each. */
export async function compareViews(left: Side, right: Side, pace: Pace): Promise<CompareAnswer> {
  const manifests = { left: left.recording.manifest, right: right.recording.manifest };
  const level = commonLevel(left.recording, right.recording);
  const setup = setupDifferences(left, right);
  const recordsAlike = recordsNoMore(left, level) && recordsNoMore(right, level);
  const comparison = new Comparison(left.view, right.view, level, recordsAlike);
  await comparison.run(pace);
  const { first, counts } = comparison;
  const sides = [
    ...sideGaps("left", left, comparison.writes?.left),
    ...sideGaps("right", right, comparison.writes?.right),
  ];
  const divergence =
    first === undefined
      ? undefined
      : divergenceOf(left.view, right.view, first, comparison.describer, setup, sides);
  const total = counts.changed + counts.only_left + counts.only_right;
  const gaps = [...sides, ...verbosityGap(level)];
  return {
    left: sideOf(left.view, manifests.left),
    right: sideOf(right.view, manifests.right),
    equal: total === 0,
    summary: summaryOf(divergence?.difference, total, counts.following, level, sides.some(isHole)),
    compared_at: level,
    configuration: setup,
    ...(divergence === undefined ? {} : { divergence }),
    differences: { total, ...counts },
    following: comparison.following,
    independent: comparison.independent,
    turns: comparison.turns,
    ...completenessOf(gaps),
  };
}

interface First {
  pair: Pair;
  turn: AlignedTurn;
  before: Entry[];
}

class Comparison {
  readonly counts = { changed: 0, only_left: 0, only_right: 0, following: 0, independent: 0 };
  readonly following: Difference[] = [];
  readonly independent: Difference[] = [];
  readonly turns: TurnDistance[] = [];
  first: First | undefined;
  readonly #left: RunView;
  readonly #right: RunView;
  /** What only one of them records is left out; `undefined` where both record the same. */
  readonly #level: VerbosityLevel | undefined;
  readonly describer: Describer;
  readonly #readings: Record<"left" | "right", Reading & { retries: Set<number> }>;
  readonly #causes: SameCauses | undefined;
  readonly #consequences: Consequences;
  readonly #states: StateDistance | undefined;
  /** The last events before the divergence. */
  #before: Entry[] = [];

  /** @param recordsAlike both at the same level; else effects carry the causes of what one of them leaves out */
  constructor(left: RunView, right: RunView, level: VerbosityLevel, recordsAlike: boolean) {
    this.#left = left;
    this.#right = right;
    this.#level = recordsAlike ? undefined : level;
    const isSameState = () => this.#states?.differs === false;
    const reading = ({ index }: RunView) => ({
      names: namesIn(index),
      comparesCauses: recordsAlike,
      get comparesStates() {
        return isSameState();
      },
      retries: new Set<number>(),
    });
    this.#readings = { left: reading(left), right: reading(right) };
    const compared = (view: RunView, side: "left" | "right") => ({
      index: view.index,
      retries: this.#readings[side].retries,
    });
    this.#causes = recordsAlike
      ? new SameCauses(compared(left, "left"), compared(right, "right"))
      : undefined;
    this.describer = new Describer(left, right, this.#causes);
    this.#consequences = new Consequences(left.index, right.index);
    this.#states = includesLevel(level, "STATE") ? new StateDistance(left, right, this.#readings) : undefined;
  }

  async run(pace: Pace): Promise<void> {
    const [lefts, rights] = [new TurnRows(this.#left.index), new TurnRows(this.#right.index)];
    const listed = new ListedTurns(Math.max(lastTurn(this.#left.index), lastTurn(this.#right.index)));
    for (
      let turn = earliest(lefts.next, rights.next);
      turn !== undefined;
      turn = earliest(lefts.next, rights.next)
    ) {
      const [leftRows, rightRows] = [lefts.take(turn), rights.take(turn)];
      const aligned = alignTurn(
        this.#noted("left", entriesOf(this.#left, leftRows, this.#level, this.#readings.left)),
        this.#noted("right", entriesOf(this.#right, rightRows, this.#level, this.#readings.right)),
        this.#causes,
      );
      this.#states?.turn(leftRows, rightRows, aligned);
      if (this.#states?.differs)
        aligned.differences = aligned.differences.filter((pair) => !isOnlyOfState(pair));
      this.#differences(aligned, leftRows, rightRows);
      if (this.#states?.differs || this.turns.length > 0) {
        const isLast = lefts.next === undefined && rights.next === undefined;
        const isListed = this.turns.length === 0 || isLast || listed.includes(turn);
        if (this.#states !== undefined && isListed) this.turns.push(this.#states.distance(turn));
      }
      await pace.yieldIfDue();
    }
  }

  /** How the values on both sides were written; `undefined` at a level without them. */
  get writes(): StateDistance["writes"] | undefined {
    return this.#states?.writes;
  }

  #noted(side: "left" | "right", entries: Iterable<Entry>): Iterable<Entry> {
    return this.#states?.noting(side, entries) ?? entries;
  }

  #differences(aligned: AlignedTurn, leftRows: readonly number[], rightRows: readonly number[]): void {
    const { differences } = aligned;
    if (this.first === undefined) {
      this.#before = [...this.#before, ...aligned.tail].slice(-CONTEXT);
      const pair = this.#consequences.firstOf(differences);
      if (pair === undefined) return;
      const between = aligned.left.slice(0, Math.max(0, pair.place - aligned.common));
      this.first = { pair, turn: aligned, before: [...this.#before, ...between].slice(-CONTEXT) };
    }
    const origins = this.#consequences.turn(differences, leftRows, rightRows);
    for (const [place, pair] of differences.entries()) this.#count(pair, origins[place]);
  }

  #count(pair: Pair, origin: { follows: boolean; isRoot: boolean } | undefined): void {
    const kind = pair.left === undefined ? "only_right" : pair.right === undefined ? "only_left" : "changed";
    this.counts[kind]++;
    if (pair === this.first?.pair || origin === undefined) return;
    if (origin.follows) {
      this.counts.following++;
      if (this.following.length < MAX_LISTED) this.following.push(this.describer.difference(pair));
    } else {
      this.counts.independent++;
      if (origin.isRoot && this.independent.length < MAX_LISTED)
        this.independent.push(this.describer.difference(pair));
    }
  }
}

/** It only repeats, by a hash, that the states differ. */
function isOnlyOfState({ left, right }: Pair): boolean {
  if (left?.line.kind !== MILESTONE || right === undefined) return false;
  return left.line.hasOtherState(right.line) && left.line.saysSame(right.line);
}

/** At most so many turns, evenly chosen. */
class ListedTurns {
  readonly #step: number;

  constructor(last: number) {
    this.#step = Math.max(1, Math.ceil((last + 1) / MAX_TURNS));
  }

  includes(turn: number): boolean {
    return turn % this.#step === 0;
  }
}

function earliest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.min(left, right);
}

function divergenceOf(
  left: RunView,
  right: RunView,
  { pair, turn, before }: First,
  describer: Describer,
  setup: CompareAnswer["configuration"],
  gaps: readonly Gap[],
): CompareAnswer["divergence"] {
  const { agents } = describer;
  const difference = describer.difference(pair);
  const { key } = difference;
  const isHidden = gaps.some((gap) => isHole(gap) && (gap.turn_start ?? 0) <= key.turn);
  const leftCauses = causesOf(left, pair.left?.row);
  const rightCauses = causesOf(right, pair.right?.row);
  const after = (entries: readonly Entry[], own: Entry | undefined) => {
    const start = own === undefined ? pair.place - turn.common : entries.indexOf(own) + 1;
    return entries.slice(start, start + CONTEXT).map((entry) => contextLine(entry.line.event, agents));
  };
  return {
    difference,
    ...(difference.left === undefined ? {} : { left: contextLine(difference.left, agents) }),
    ...(difference.right === undefined ? {} : { right: contextLine(difference.right, agents) }),
    cause: isHidden ? hiddenOrigin(setup) : originOf(difference, leftCauses, rightCauses, setup, agents),
    left_causes: leftCauses.map((event) => contextLine(event, agents, difference.left)),
    right_causes: rightCauses.map((event) => contextLine(event, agents, difference.right)),
    before: before.map((entry) => contextLine(entry.line.event, agents)),
    left_after: after(turn.left, pair.left),
    right_after: after(turn.right, pair.right),
  };
}

function summaryOf(
  first: Difference | undefined,
  total: number,
  following: number,
  level: VerbosityLevel,
  hasHoles: boolean,
): string {
  if (first === undefined) {
    return hasHoles
      ? `What is in both logs is equal, as far as ${level} shows; not all that happened is in them.`
      : `The runs are equal, as far as ${level} shows.`;
  }
  const others = total - 1;
  const rest =
    others === 0
      ? "nothing else differs"
      : `${others} more ${others === 1 ? "event differs" : "events differ"}, of which ${following} ${following === 1 ? "follows" : "follow"} from it`;
  const when = first.key.turn === 0 ? "in the set-up" : `in turn ${first.key.turn}`;
  return `The runs part ways ${when}; ${rest}.`;
}

function sideOf({ id, index }: RunView, manifest: RunManifest | undefined): CompareAnswer["left"] {
  const verbosity = manifest?.verbosity;
  return {
    simulation_id: id,
    events: index.rows,
    turns: lastTurn(index),
    ...(verbosity === undefined ? {} : { verbosity }),
  };
}

/** What the level that both record leaves out is said once. */
function sideGaps(side: "left" | "right", { view, recording }: Side, writes: WriteCheck | undefined): Gap[] {
  const gaps = gapsOf({ view, recording }, { claim: "causes", from: 0, until: now(view), writes });
  return gaps
    .filter(({ kind }) => kind !== "verbosity")
    .map((gap) => ({ ...gap, message: `On the ${side}: ${gap.message}` }));
}

function verbosityGap(level: VerbosityLevel): Gap[] {
  if (includesLevel(level, "STATE")) return [];
  return [
    {
      kind: "verbosity",
      message: `At ${level} the states cannot be compared; verbosity STATE in both runs would have shown them.`,
      needed_verbosity: "STATE",
    },
  ];
}
