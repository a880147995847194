import { type DecisionEvent, EVENT_TYPES } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import type { RunIndex } from "../../run-index/index.ts";
import { batchesOf } from "../rows/index.ts";

const DECISION = EVENT_TYPES.indexOf("DECISION");
const REMEMBERED = Buffer.from('"remembered":');

/** The turn of the decision that this one may rest on unseen: of an agent of which nobody knows what it remembers. */
export function rememberedTurn({ details }: Pick<DecisionEvent, "details">): number | undefined {
  const remembered = details?.remembered;
  if (typeof remembered !== "object" || remembered === null || Array.isArray(remembered)) return undefined;
  return typeof remembered.turn === "number" ? remembered.turn : undefined;
}

/** The causes of a row that are its agent's own decisions before it: what it remembers, seen or unseen. */
export function ownDecisionsBefore({ columns, edges }: RunIndex, row: number): number[] {
  if (columns.kind(row) !== DECISION) return [];
  return edges
    .causesOf(row)
    .filter(
      (cause): cause is number =>
        typeof cause === "number" &&
        columns.kind(cause) === DECISION &&
        columns.agent(cause) === columns.agent(row),
    );
}

/**
 * Steps from a decision to the one before it that `details.remembered` names. That it led to the later one is not known but
 * feared: what is counted, or followed forward, leaves them out. Answers are kept, so that a row is read once.
 */
export class RememberedSteps {
  readonly #view: RunView;
  /** The cause by the row that remembers it; of those that were read. */
  readonly #steps = new Map<number, number>();
  readonly #read: Uint8Array;

  constructor(view: RunView) {
    this.#view = view;
    this.#read = new Uint8Array(view.index.rows);
  }

  /** Reads along what the rows need. */
  learn(rows: readonly number[]): void {
    const { index } = this.#view;
    const unread = rows.filter((row) => this.#read[row] === 0 && ownDecisionsBefore(index, row).length > 0);
    for (const row of rows) this.#read[row] = 1;
    for (const batch of batchesOf(index, unread)) {
      for (const [place, line] of this.#view.lines(batch).entries()) {
        // Nearly all decisions say nothing of it: they need not be parsed.
        if (line.includes(REMEMBERED)) this.#learn(batch[place] ?? -1);
      }
    }
  }

  has(row: number, cause: number): boolean {
    if (this.#read[row] === 0) this.learn([row]);
    return this.#steps.get(row) === cause;
  }

  #learn(row: number): void {
    const { index } = this.#view;
    const event = this.#view.event(row);
    const turn = event.event_type === "DECISION" ? rememberedTurn(event) : undefined;
    const cause = ownDecisionsBefore(index, row).find((one) => index.columns.turn(one) === turn);
    if (cause !== undefined) this.#steps.set(row, cause);
  }
}
