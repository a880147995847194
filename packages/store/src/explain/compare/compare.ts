import {
  type CompareAnswer,
  type CompareDifferencesAnswer,
  type compareDifferencesQuerySchema,
  completenessOf,
  type Difference,
  type Gap,
  isHole,
  type TurnDistance,
  type ValuesFrom,
} from "@llm-sim/api";
import { type RunManifest, readSummary } from "@llm-sim/events/run";
import { EVENT_TYPES, includesLevel, type VerbosityLevel } from "@llm-sim/events/schema";
import { eachOf, type Pace, paced, type Steps } from "../../pace/index.ts";
import type { Parsed } from "../../parsed.ts";
import { requireOrder } from "../../query/index.ts";
import type { RunView } from "../../reader/index.ts";
import { gapsOf, type WriteCheck } from "../certainty/index.ts";
import { lastTurn, now } from "../rows/index.ts";
import { type AlignedTurn, alignTurn, type Pair } from "./align.ts";
import { type Side, setupDifferences } from "./configuration.ts";
import { Consequences, type Origin } from "./consequences.ts";
import type { Reading } from "./content.ts";
import { causesOf, contextLine, Describer, hiddenOrigin, originOf } from "./describe.ts";
import { type Entry, entriesOf } from "./entry.ts";
import { namesIn } from "./event-place.ts";
import type { FoundDifference } from "./found.ts";
import { Groups } from "./groups.ts";
import { commonLevel, recordsNoMore } from "./level.ts";
import { Listing } from "./listing.ts";
import { SameCauses } from "./same-causes.ts";
import { StateDistance } from "./state-distance.ts";
import { summaryDistances } from "./summary-distance.ts";
import { TurnRows } from "./turn-rows.ts";

const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
const MAX_LISTED = 20;
const MAX_TURNS = 1000;
const CONTEXT = 3;

/** Goes through both runs turn by turn; what is held is one turn of each. */
export async function compareViews(left: Side, right: Side, pace: Pace): Promise<CompareAnswer> {
  const manifests = { left: left.recording.manifest, right: right.recording.manifest };
  const setup = setupDifferences(left, right);
  const counts = { changed: 0, only_left: 0, only_right: 0, following: 0, independent: 0 };
  const following: Difference[] = [];
  const independent: Difference[] = [];
  const groups = new Groups();
  const { comparison, level } = await wentThrough(left, right, pace, (found) => {
    counts[found.kind]++;
    groups.add(found.entry, found.kind, found.relation, found.turn);
    if (found.relation === "first") return;
    counts[found.relation]++;
    const list = found.relation === "following" ? following : independent;
    const isListed = found.relation === "following" || found.isRoot;
    if (isListed && list.length < MAX_LISTED) list.push(found.describe());
  });
  const { first } = comparison;
  const distances = distancesOf(left, right, comparison, level);
  const sides = holes(left, right, comparison);
  const divergence =
    first === undefined
      ? undefined
      : divergenceOf(left.view, right.view, first, comparison.describer, setup, sides);
  const total = counts.changed + counts.only_left + counts.only_right;
  const gaps = [...sides, ...verbosityGap(level, distances)];
  return {
    left: sideOf(left.view, manifests.left),
    right: sideOf(right.view, manifests.right),
    equal: total === 0,
    summary: summaryOf(divergence?.difference, total, counts.following, level, sides.some(isHole)),
    compared_at: level,
    configuration: setup,
    ...(divergence === undefined ? {} : { divergence }),
    differences: { total, ...counts },
    following,
    independent,
    ...groups.foremost(),
    distances_from: distances.from,
    turns: distances.turns,
    ...completenessOf(gaps),
  };
}

/** A page of the events that differ. */
export async function differencesOf(
  left: Side,
  right: Side,
  asked: Parsed<typeof compareDifferencesQuerySchema>,
  pace: Pace,
): Promise<CompareDifferencesAnswer> {
  requireOrder(asked, "turn_start", "turn_end");
  const listing = new Listing(asked);
  const { comparison } = await wentThrough(left, right, pace, (found) => listing.take(found));
  return {
    left: left.view.id,
    right: right.view.id,
    ...listing.page,
    ...completenessOf(holes(left, right, comparison)),
  };
}

async function wentThrough(
  left: Side,
  right: Side,
  pace: Pace,
  take: (found: FoundDifference) => void,
): Promise<{ comparison: Comparison; level: VerbosityLevel }> {
  const level = commonLevel(left.recording, right.recording);
  const recordsAlike = recordsNoMore(left, level) && recordsNoMore(right, level);
  const options = { level, recordsAlike, take };
  const comparison = await paced(Comparison.between(left.view, right.view, options), pace);
  return { comparison, level };
}

function holes(left: Side, right: Side, { writes }: Comparison): Gap[] {
  return [...sideGaps("left", left, writes?.left), ...sideGaps("right", right, writes?.right)];
}

interface Distances {
  from: ValuesFrom;
  turns: TurnDistance[];
}

/** Where the logs have no state, what their summaries keep of it. */
function distancesOf(left: Side, right: Side, { turns }: Comparison, level: VerbosityLevel): Distances {
  if (includesLevel(level, "STATE")) return { from: "log", turns };
  const [one, other] = [left, right].map(({ recording }) => readSummary(recording.directory));
  if (one === undefined || other === undefined || "problem" in one || "problem" in other)
    return { from: "none", turns };
  return { from: "summary", turns: summaryDistances(one.summary, other.summary, MAX_TURNS) };
}

interface First {
  pair: Pair;
  turn: AlignedTurn;
  before: Entry[];
}

interface ComparisonOptions {
  level: VerbosityLevel;
  recordsAlike: boolean;
  take: (found: FoundDifference) => void;
}

/** What goes along with the events of both. */
interface Followed {
  readings: Record<"left" | "right", Reading & { retries: Set<number> }>;
  consequences: Consequences;
  states: StateDistance | undefined;
}

class Comparison {
  readonly turns: TurnDistance[] = [];
  first: First | undefined;
  readonly #left: RunView;
  readonly #right: RunView;
  /** What only one of them records is left out; `undefined` where both record the same. */
  readonly #level: VerbosityLevel | undefined;
  readonly describer: Describer;
  readonly #take: (found: FoundDifference) => void;
  readonly #readings: Followed["readings"];
  readonly #causes: SameCauses | undefined;
  readonly #consequences: Consequences;
  readonly #states: StateDistance | undefined;
  /** The last events before the divergence. */
  #before: Entry[] = [];

  /**
   * @param options recordsAlike: both at the same level, else effects carry the causes of what one of them leaves out;
   * take: is given each difference, turn by turn
   */
  static *between(left: RunView, right: RunView, options: ComparisonOptions): Steps<Comparison> {
    const { level, recordsAlike } = options;
    let states: StateDistance | undefined;
    const reading = ({ index }: RunView) => ({
      names: namesIn(index),
      comparesCauses: recordsAlike,
      get comparesStates() {
        return states?.differs === false;
      },
      retries: new Set<number>(),
    });
    const readings = { left: reading(left), right: reading(right) };
    const consequences = yield* Consequences.between(left.index, right.index);
    if (includesLevel(level, "STATE")) states = yield* StateDistance.between(left, right, readings);
    const comparison = new Comparison(left, right, options, { readings, consequences, states });
    yield* comparison.#run();
    return comparison;
  }

  private constructor(
    left: RunView,
    right: RunView,
    { level, recordsAlike, take }: ComparisonOptions,
    { readings, consequences, states }: Followed,
  ) {
    this.#left = left;
    this.#right = right;
    this.#take = take;
    this.#level = recordsAlike ? undefined : level;
    this.#readings = readings;
    const compared = (view: RunView, side: "left" | "right") => ({
      index: view.index,
      retries: readings[side].retries,
    });
    this.#causes = recordsAlike
      ? new SameCauses(compared(left, "left"), compared(right, "right"))
      : undefined;
    this.describer = new Describer(left, right, this.#causes);
    this.#consequences = consequences;
    this.#states = states;
  }

  *#run(): Steps {
    const lefts = yield* TurnRows.of(this.#left.index);
    const rights = yield* TurnRows.of(this.#right.index);
    const listed = new ListedTurns(Math.max(lastTurn(this.#left.index), lastTurn(this.#right.index)));
    for (
      let turn = earliest(lefts.next, rights.next);
      turn !== undefined;
      turn = earliest(lefts.next, rights.next)
    ) {
      const leftRows = yield* lefts.take(turn);
      const rightRows = yield* rights.take(turn);
      const aligned = yield* alignTurn(
        this.#noted("left", entriesOf(this.#left, leftRows, this.#level, this.#readings.left)),
        this.#noted("right", entriesOf(this.#right, rightRows, this.#level, this.#readings.right)),
        this.#causes,
      );
      if (this.#states) yield* this.#states.turn(leftRows, rightRows, aligned);
      if (this.#states?.differs) {
        const differences: Pair[] = [];
        yield* eachOf(aligned.differences, (pair) => {
          if (!isOnlyOfState(pair)) differences.push(pair);
        });
        aligned.differences = differences;
      }
      yield* this.#differences(aligned, turn, leftRows, rightRows);
      if (this.#states?.differs || this.turns.length > 0) {
        const isLast = lefts.next === undefined && rights.next === undefined;
        const isListed = this.turns.length === 0 || isLast || listed.includes(turn);
        if (this.#states !== undefined && isListed) this.turns.push(this.#states.distance(turn));
      }
      yield;
    }
  }

  /** How the values on both sides were written; `undefined` at a level without them. */
  get writes(): StateDistance["writes"] | undefined {
    return this.#states?.writes;
  }

  #noted(side: "left" | "right", entries: Iterable<Entry>): Iterable<Entry> {
    return this.#states?.noting(side, entries) ?? entries;
  }

  *#differences(
    aligned: AlignedTurn,
    turn: number,
    leftRows: readonly number[],
    rightRows: readonly number[],
  ): Steps {
    const { differences } = aligned;
    if (this.first === undefined) {
      this.#before = [...this.#before, ...aligned.tail].slice(-CONTEXT);
      const pair = yield* this.#consequences.firstOf(differences);
      if (pair === undefined) return;
      const between = aligned.left.slice(0, Math.max(0, pair.place - aligned.common));
      this.first = { pair, turn: aligned, before: [...this.#before, ...between].slice(-CONTEXT) };
    }
    const origins = yield* this.#consequences.turn(differences, leftRows, rightRows);
    yield* eachOf(differences.entries(), ([place, pair]) => this.#found(pair, turn, origins[place]));
  }

  #found(pair: Pair, turn: number, origin: Origin | undefined): void {
    const entry = pair.left ?? pair.right;
    if (entry === undefined) return;
    this.#take({
      pair,
      entry,
      kind: pair.left === undefined ? "only_right" : pair.right === undefined ? "only_left" : "changed",
      relation: pair === this.first?.pair ? "first" : origin?.follows === true ? "following" : "independent",
      isRoot: origin?.isRoot === true,
      turn,
      describe: () => this.describer.difference(pair),
    });
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

function verbosityGap(level: VerbosityLevel, { from }: Distances): Gap[] {
  if (includesLevel(level, "STATE")) return [];
  const how =
    from === "summary"
      ? "the states are compared at turns' ends alone, by summary.json"
      : "the states cannot be compared";
  return [
    {
      kind: "verbosity",
      message: `At ${level} ${how}; verbosity STATE in both runs would have shown them.`,
      needed_verbosity: "STATE",
    },
  ];
}
