import { basename } from "node:path";
import { VariableMap } from "@llm-sim/events/naming";
import { readEvents } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import { includesLevel, type StateEvent } from "@llm-sim/events/schema";
import { failed } from "../failure/index.ts";
import type { Cell } from "./cell.ts";
import type { ExportedRun } from "./exported-run.ts";
import type { ExportTable } from "./table.ts";

/**
 * The state of runs as tidy data: one row for each variable at the end of each turn. The world's variables have no
 * agent. Turn 0 is the set-up; the last turn of a run that broke off has its variables as far as they got.
 */
export function stateTable(runs: readonly ExportedRun[], onSkipped: () => void): ExportTable {
  return {
    columns: [
      { name: "run", type: "VARCHAR" },
      { name: "turn", type: "BIGINT" },
      { name: "agent", type: "VARCHAR" },
      { name: "variable", type: "VARCHAR" },
      { name: "value", type: "JSON" },
    ],
    rows: rows(runs, onSkipped),
  };
}

/** @throws CliError where a run does not record its state */
export function checkRecordsState(directory: string): void {
  const verbosity = readManifest(directory)?.verbosity;
  if (verbosity === undefined || includesLevel(verbosity, "STATE")) return;
  throw failed(
    `Run ${basename(directory)} was recorded at ${verbosity}, which holds no state: run it again with --verbosity STATE.`,
  );
}

async function* rows(
  runs: readonly ExportedRun[],
  onSkipped: () => void,
): AsyncGenerator<readonly Cell[], void, undefined> {
  for (const exported of runs) yield* rowsOf(exported, onSkipped);
}

async function* rowsOf(
  { run, directory }: ExportedRun,
  onSkipped: () => void,
): AsyncGenerator<readonly Cell[], void, undefined> {
  const state = new TurnState(run);
  let turn: number | undefined;
  for await (const { event } of readEvents(directory, { onSkipped })) {
    if (turn !== undefined && event.turn_number > turn) {
      // A turn without an event has the state of the one before; where that is none, turns may be numbered by a clock.
      if (state.isEmpty) turn = event.turn_number;
      for (; turn < event.turn_number; turn++) yield* state.rows(turn);
    }
    turn ??= event.turn_number;
    if (event.event_type === "STATE") state.apply(event);
  }
  if (turn !== undefined) yield* state.rows(turn);
}

/** The variables in the order in which they came. */
class TurnState {
  readonly #run: string;
  readonly #variables = new VariableMap<Cell>();

  constructor(run: string) {
    this.#run = run;
  }

  get isEmpty(): boolean {
    return this.#variables.size === 0;
  }

  apply(event: StateEvent): void {
    const { agent_id, variable_name, change, new_value } = event;
    if (change === "removed") this.#variables.delete(agent_id, variable_name);
    else this.#variables.set(agent_id, variable_name, new_value);
  }

  *rows(turn: number): Generator<readonly Cell[], void, undefined> {
    for (const [{ agent_id, variable_name }, value] of this.#variables) {
      yield [this.#run, turn, agent_id ?? null, variable_name, value];
    }
  }
}
