import type { TurnDistance } from "@llm-sim/api";
import { VariableMap } from "@llm-sim/events/naming";
import { EVENT_TYPES, type JsonValue } from "@llm-sim/events/schema";
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
/** A shorter text holds no event's id. */
const ID_LENGTH = 26;
/** How far the states of two runs are apart, followed turn by turn. Values are read only where they may differ. */
export class StateDistance {
  readonly #left: Side;
  readonly #right: Side;
  readonly #differing = new Differing();

  /** @param readings how the lines of either side are read */
  constructor(left: RunView, right: RunView, readings: Record<"left" | "right", Reading>) {
    const variables = new VariableMap<number>();
    this.#left = new Side(left, variables, readings.left);
    this.#right = new Side(right, variables, readings.right);
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
  turn(leftRows: readonly number[], rightRows: readonly number[], aligned: AlignedTurn): void {
    const touched = new Set([...this.#left.take(leftRows), ...this.#right.take(rightRows)]);
    for (const variable of touched) this.#differing.knows(variable);
    // Where nothing differed and nothing does, both have written the same.
    if (aligned.differences.length === 0 && !this.differs) return;
    const [leftLines, rightLines] = [linesByRow(aligned.left), linesByRow(aligned.right)];
    for (const variable of touched) {
      const left = this.#left.value(variable, leftLines);
      const right = this.#right.value(variable, rightLines);
      this.#differing.set(variable, () => this.#left.name(variable, this.#right), left, right);
    }
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
  readonly #names = new Map<number, { agent: string; variable: string }>();

  constructor(view: RunView, numbers: VariableMap<number>, reading: Reading) {
    const { index } = view;
    this.#view = view;
    this.#reading = reading;
    this.#written = new Uint32Array(index.rows);
    for (const { agent, variable } of index.states.variables) {
      const agentId = agent === NO_AGENT ? undefined : index.names.agents.name(agent);
      const name = index.names.variables.name(variable) ?? "";
      const number = numbers.get(agentId, name) ?? numbers.size;
      numbers.set(agentId, name, number);
      this.#names.set(number, { agent: agentId ?? "", variable: name });
      const writes = index.states.writesOf(agent, variable);
      for (let at = 0; at < writes.length; at++) {
        const row = writes.at(at);
        if (row < this.#written.length) this.#written[row] = number + 1;
      }
    }
    this.#writes = new SideWrites(view, numbers.size);
  }

  /** Checks a write where it is read anyway. */
  note(entry: Entry): void {
    const variable = (this.#written[entry.row] ?? 0) - 1;
    if (entry.line.kind === STATE && variable >= 0) this.#writes.take(entry, variable);
  }

  get writes(): WriteCheck {
    return this.#writes.check;
  }

  /** The variables that these rows write. */
  take(rows: readonly number[]): Set<number> {
    const touched = new Set<number>();
    for (const row of rows) {
      if (this.#view.index.columns.kind(row) !== STATE) continue;
      const variable = (this.#written[row] ?? 0) - 1;
      this.#last.set(variable, row);
      touched.add(variable);
    }
    return touched;
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

function linesByRow(entries: readonly Entry[]): Map<number, Entry> {
  return new Map(entries.map((entry) => [entry.row, entry]));
}
