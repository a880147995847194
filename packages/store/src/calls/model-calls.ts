import type {
  CallAnswer,
  CallsAnswer,
  Completeness,
  callQuerySchema,
  callsQuerySchema,
  Gap,
} from "@llm-sim/api";
import { completenessOf } from "@llm-sim/api";
import { includesLevel } from "@llm-sim/events/schema";
import { fewGaps, type Recording } from "../explain/index.ts";
import type { Parsed } from "../parsed.ts";
import type { RunView } from "../reader/index.ts";
import type { RunIndex } from "../run-index/index.ts";
import { RunTape } from "../tape/index.ts";
import { CallTable } from "./call-table.ts";
import { callAt, listCalls } from "./list-calls.ts";
import { tellCall } from "./tell-call.ts";

/** What is kept of a run's model calls from question to question. */
export class ModelCalls {
  readonly #directory: string;
  readonly tape: RunTape;
  /** Gone with its index. */
  readonly #tables = new WeakMap<RunIndex, CallTable>();

  constructor(directory: string) {
    this.#directory = directory;
    this.tape = new RunTape(directory);
  }

  /** All calls of the log as it is seen. Throws StaleIndex. */
  async table(view: RunView): Promise<CallTable> {
    const { index } = view;
    let table = this.#tables.get(index);
    if (table === undefined) {
      table = new CallTable();
      this.#tables.set(index, table);
    }
    await table.extend(view);
    return table;
  }

  async list(
    view: RunView,
    recording: Recording,
    query: Parsed<typeof callsQuerySchema>,
    ofEvents: Completeness,
  ): Promise<CallsAnswer> {
    const table = await this.table(view);
    const answer = listCalls(view, this.#directory, table, query);
    const gaps = [
      ...ofEvents.gaps,
      ...(await this.#unrecorded(view, recording, table)),
      ...oddCalls(view, table),
    ];
    return { ...answer, ...completenessOf(gaps) };
  }

  async call(view: RunView, eventId: string, { delta }: Parsed<typeof callQuerySchema>): Promise<CallAnswer> {
    const table = await this.table(view);
    return tellCall(view, table, this.tape, callAt(view, table, eventId), delta);
  }

  /** Calls that the log does not hold because the run was recorded too coarsely. */
  async #unrecorded(view: RunView, { verbosity }: Recording, table: CallTable): Promise<Gap[]> {
    if (verbosity === undefined || includesLevel(verbosity, "DECISION")) return [];
    const index = await this.tape.look();
    const count = typeof index === "object" ? index.entries.length - table.calls.length : 0;
    if (count <= 0) return [];
    return [
      {
        kind: "verbosity",
        message: `The run was recorded at ${verbosity}: of ${view.id}'s model calls the log holds those alone that failed; ${count} more are on the tape, and verbosity DECISION would have recorded them.`,
        needed_verbosity: "DECISION",
        needed: "the run again with verbosity DECISION",
      },
    ];
  }
}

const FIRST_ODD = 20;

function oddCalls(view: RunView, { unreadable }: CallTable): Gap[] {
  const gaps = unreadable.map((row): Gap => {
    const turn = view.index.columns.turn[row] ?? 0;
    const event_id = view.index.idOf(row);
    return {
      kind: "invalid_event",
      message: `An event of turn ${turn} says that it is a model call, but not which, or not what came of it: it is left out.`,
      turn_start: turn,
      turn_end: turn,
      event_id,
    };
  });
  return fewGaps(gaps, FIRST_ODD);
}
