import type {
  CallAnswer,
  CallsAnswer,
  Completeness,
  callQuerySchema,
  callsQuerySchema,
  Gap,
} from "@llm-sim/api";
import { completenessOf } from "@llm-sim/api";
import { includesLevel, type VerbosityLevel } from "@llm-sim/events/schema";
import { fewGaps, type Recording } from "../explain/index.ts";
import { Pace } from "../pace/index.ts";
import type { Parsed } from "../parsed.ts";
import type { RunView } from "../reader/index.ts";
import type { RunIndex } from "../run-index/index.ts";
import { RunTape, type Tape, type TapeIndex } from "../tape/index.ts";
import { CallTable } from "./call-table.ts";
import { decisionOf } from "./decisions.ts";
import { callAt, listCalls } from "./list-calls.ts";
import { SaidSearches } from "./said-search.ts";
import { tellCall } from "./tell-call.ts";

/** What is kept of a run's model calls from question to question. */
export class ModelCalls {
  readonly tape: RunTape;
  readonly #said = new SaidSearches();
  /** Gone with its index. */
  readonly #tables = new WeakMap<RunIndex, CallTable>();

  constructor(directory: string) {
    this.tape = new RunTape(directory);
  }

  /** All calls of the log as it is seen. Throws StaleIndex. */
  async table(view: RunView, signal?: AbortSignal): Promise<CallTable> {
    const { index } = view;
    let table = this.#tables.get(index);
    if (table === undefined) {
      table = new CallTable();
      this.#tables.set(index, table);
    }
    await table.extend(view, signal);
    return table;
  }

  async list(
    view: RunView,
    recording: Recording,
    query: Parsed<typeof callsQuerySchema>,
    ofEvents: Completeness,
    pace: Pace,
  ): Promise<CallsAnswer> {
    const table = await this.table(view, pace.signal);
    const answer = listCalls(view, recording.manifest?.config, table, query);
    const gaps = await gapsOfCalls(view.id, recording.verbosity, table, this.tape);
    return { ...answer, ...completenessOf([...ofEvents.gaps, ...gaps]) };
  }

  async call(
    view: RunView,
    eventId: string,
    { delta }: Parsed<typeof callQuerySchema>,
    pace: Pace,
  ): Promise<CallAnswer> {
    const table = await this.table(view, pace.signal);
    return tellCall(view, table, this.tape, callAt(view, table, eventId), delta, pace);
  }

  /**
   * The events of calls whose prompt or answer holds the text, and of the decisions that came of them; and what of the tape
   * could not be looked through. Throws StaleIndex, and the signal's reason.
   */
  async search(view: RunView, q: string, signal?: AbortSignal): Promise<{ rows: number[]; gaps: Gap[] }> {
    const table = await this.table(view, signal);
    const pace = new Pace([view], signal);
    const index = table.calls.length === 0 ? undefined : await this.tape.look();
    const found = typeof index === "object" ? await this.#said.find(this.tape, index, q, pace) : [];
    const rows = new Set<number>();
    for (const entry of found) {
      const call =
        typeof index === "object" && index.find(entry.call, entry.outcome) === entry
          ? table.find(entry.call)
          : undefined;
      if (call === undefined) continue;
      rows.add(call.row);
      const decision = decisionOf(view.index, call);
      if (decision !== undefined) rows.add(decision);
      await pace.yieldIfDue();
    }
    return {
      rows: [...rows].toSorted((a, b) => a - b),
      gaps: table.calls.length === 0 ? [] : unsearched(index),
    };
  }
}

/** Why a list of a run's calls may not be the whole truth, beside what is missing from its log. */
export async function gapsOfCalls(
  run: string,
  verbosity: VerbosityLevel | undefined,
  table: CallTable,
  tape: Pick<Tape, "look">,
): Promise<Gap[]> {
  return [...(await unrecordedCalls(run, verbosity, table, tape)), ...oddCalls(table)];
}

/** Calls that the log does not hold because the run was recorded too coarsely. */
async function unrecordedCalls(
  run: string,
  verbosity: VerbosityLevel | undefined,
  table: CallTable,
  tape: Pick<Tape, "look">,
): Promise<Gap[]> {
  if (verbosity === undefined || includesLevel(verbosity, "DECISION")) return [];
  const index = await tape.look();
  const count = typeof index === "object" ? index.entries.length - table.calls.length : 0;
  if (count <= 0) return [];
  return [
    {
      kind: "verbosity",
      message: `The run was recorded at ${verbosity}: of ${run}'s model calls the log holds those alone that failed; ${count} more are on the tape, and verbosity DECISION would have recorded them.`,
      needed_verbosity: "DECISION",
      needed: "the run again with verbosity DECISION",
    },
  ];
}

/** Why what was asked and answered was not looked through, or not all of it. */
function unsearched(index: TapeIndex | string | undefined): Gap[] {
  const gap = (message: string): Gap[] => [{ kind: "tape", message }];
  if (index === undefined)
    return gap("The run has no tape.jsonl: what was asked and answered was not searched.");
  if (typeof index === "string") return gap(`${index}: what was asked and answered was not searched.`);
  const silent = index.entries.filter(({ keepsTexts }) => !keepsTexts).length;
  const lines = index.unreadableCount;
  return [
    ...(silent === 0
      ? []
      : gap(`Of ${silent} model calls the tape keeps no texts (\`tape: hash\`): they were not searched.`)),
    ...(lines === 0
      ? []
      : gap(`${lines} ${lines === 1 ? "line" : "lines"} of the tape cannot be read, and were not searched.`)),
  ];
}

const FIRST_ODD = 20;

function oddCalls({ unreadable }: CallTable): Gap[] {
  const gaps = unreadable.map(({ turn_number: turn, event_id }): Gap => {
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
