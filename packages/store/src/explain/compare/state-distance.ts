import type { TurnDistance } from "@llm-sim/api";
import { VariableMap } from "@llm-sim/events/naming";
import { EVENT_TYPES, type JsonValue } from "@llm-sim/events/schema";
import { eachOf, type Steps } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { lineMember } from "../cause/index.ts";
import type { WriteCheck } from "../certainty/index.ts";
import type { AlignedTurn } from "./align.ts";
import { Line, type Reading } from "./content.ts";
import { Differing } from "./differing.ts";
import type { Entry } from "./entry.ts";
import { SideWrites } from "./side-writes.ts";

const STATE = EVENT_TYPES.indexOf("STATE");
const NEW_VALUE = Buffer.from('"new_value":');
/** Of a variable, so many are gone through between two stops. */
const WRITES = 4096;
/** A shorter text holds no event's id. */
const ID_LENGTH = 26;

/** How far the states of two runs are apart, followed turn by turn. Values are read only where they may differ. */
export class StateDistance {
  readonly #left: Side;
  readonly #right: Side;
  readonly #differing = new Differing();

  /** @param readings how the lines of either side are read */
  static *between(
    left: RunView,
    right: RunView,
    readings: Record<"left" | "right", Reading>,
  ): Steps<StateDistance> {
    const variables = new VariableMap<number>();
    const ours = yield* Side.of(left, variables, readings.left);
    return new StateDistance(ours, yield* Side.of(right, variables, readings.right));
  }

  private constructor(left: Side, right: Side) {
    this.#left = left;
    this.#right = right;
  }

  /** Of each side, whether its writes follow from each other and are whole: those that were noted. */
  get writes(): { left: WriteCheck; right: WriteCheck } {
    return { left: this.#left.writes, right: this.#right.writes };
  }

  /** Passes the entries of one side on, and checks their writes: that two values are alike says little where neither was written so. */
  *noting(side: "left" | "right", entries: Iterable<Entry>): Generator<Entry> {
    const { [side]: own } = { left: this.#left, right: this.#right };
    for (const entry of entries) {
      own.note(entry);
      yield entry;
    }
  }

  get differs(): boolean {
    return this.#differing.size > 0;
  }

  /** Takes the next turn: all its rows on either side, and how they were aligned. */
  *turn(leftRows: readonly number[], rightRows: readonly number[], aligned: AlignedTurn): Steps {
    const touched = new Set<number>();
    yield* this.#left.take(leftRows, touched);
    yield* this.#right.take(rightRows, touched);
    yield* eachOf(touched, (variable) => this.#differing.knows(variable));
    // Where nothing differed and nothing does, both have written the same.
    if (aligned.differences.length === 0 && !this.differs) return;
    const leftLines = yield* linesByRow(aligned.left);
    const rightLines = yield* linesByRow(aligned.right);
    yield* eachOf(touched, (variable) => {
      const left = this.#left.value(variable, leftLines);
      const right = this.#right.value(variable, rightLines);
      this.#differing.set(variable, () => this.#left.name(variable, this.#right), left, right);
    });
  }

  distance(turn: number): TurnDistance {
    return this.#differing.distance(turn);
  }
}

/** One run's variables, numbered as in both. */
class Side {
  readonly #view: RunView;
  readonly #reading: Reading;
  readonly #writes: SideWrites;
  /** Of each row, the variable it writes, plus one. */
  readonly #written: Uint32Array;
  /** Of each variable, the last row that wrote it. */
  readonly #last = new Map<number, number>();
  readonly #names: ReadonlyMap<number, { agent: string; variable: string }>;

  private constructor(
    view: RunView,
    reading: Reading,
    of: {
      written: Uint32Array;
      names: Iterable<readonly [number, { agent: string; variable: string }]>;
      writes: SideWrites;
    },
  ) {
    this.#view = view;
    this.#reading = reading;
    this.#written = of.written;
    this.#names = new Map(of.names);
    this.#writes = of.writes;
  }

  /** @param numbers of the variables of both sides; those that are new are added */
  static *of(view: RunView, numbers: VariableMap<number>, reading: Reading): Steps<Side> {
    const { index } = view;
    const written = new Uint32Array(index.rows);
    const names: (readonly [number, { agent: string; variable: string }])[] = [];
    for (const { agent, variable } of index.states.variables) {
      const agentId = agent === NO_AGENT ? undefined : index.names.agents.name(agent);
      const name = index.names.variables.name(variable) ?? "";
      const number = numbers.get(agentId, name) ?? numbers.size;
      numbers.set(agentId, name, number);
      if (names.push([number, { agent: agentId ?? "", variable: name }]) % 256 === 0) yield;
      const writes = index.states.writesOf(agent, variable);
      for (let from = 0; from < writes.length; from += WRITES) {
        if (from > 0) yield;
        writes.each(from, Math.min(writes.length, from + WRITES), (row) => {
          if (row < written.length) written[row] = number + 1;
        });
      }
    }
    return new Side(view, reading, { written, names, writes: yield* SideWrites.of(view, numbers.size) });
  }

  /** Checks a write where it is read anyway. */
  note(entry: Entry): void {
    const variable = (this.#written[entry.row] ?? 0) - 1;
    if (entry.line.kind === STATE && variable >= 0) this.#writes.take(entry, variable);
  }

  get writes(): WriteCheck {
    return this.#writes.check;
  }

  /** Adds the variables that these rows write. */
  *take(rows: readonly number[], touched: Set<number>): Steps {
    yield* eachOf(rows, (row) => {
      if (this.#view.index.columns.kind(row) !== STATE) return;
      const variable = (this.#written[row] ?? 0) - 1;
      this.#last.set(variable, row);
      touched.add(variable);
    });
  }

  value(variable: number, lines: ReadonlyMap<number, Entry>): JsonValue | undefined {
    const row = this.#last.get(variable);
    if (row === undefined) return undefined;
    const line = lines.get(row)?.line;
    const plain = line === undefined ? undefined : lineMember(line.bytes, NEW_VALUE);
    if (typeof plain === "number" || (plain !== undefined && plain.length < ID_LENGTH)) return plain;
    // As events are compared: an id, or a number beyond a double, may be the same in another text.
    const { content } = line ?? new Line(this.#view.line(row), STATE, this.#reading);
    return content.change === "removed" ? undefined : content.new_value;
  }

  name(variable: number, other: Side): { agent: string; variable: string } {
    return this.#names.get(variable) ?? other.#names.get(variable) ?? { agent: "", variable: "" };
  }
}

function* linesByRow(entries: readonly Entry[]): Steps<Map<number, Entry>> {
  const lines = new Map<number, Entry>();
  yield* eachOf(entries, (entry) => void lines.set(entry.row, entry), 4096);
  return lines;
}
