import { basename } from "node:path";
import type { Cell } from "@llm-sim/events/columns";
import { VariableMap } from "@llm-sim/events/naming";
import { readManifest } from "@llm-sim/events/run";
import { includesLevel, type StateEvent } from "@llm-sim/events/schema";
import type { WriteCheck } from "@llm-sim/store/explain";
import { failed } from "../failure/index.ts";
import type { ExportedRun } from "./exported-run.ts";
import { orderedEvents } from "./ordered-events.ts";
import type { ExportTable } from "./table.ts";
import { TextRemover } from "./without-texts.ts";

/** Turns one behind the other that have no event and are still filled in. */
const MAX_WITHOUT_EVENTS = 10_000;

/**
 * The state of runs as tidy data: one row for each variable at the end of each turn. The world's variables have no
 * agent. Turn 0 is the set-up; the last turn of a run that broke off has its variables as far as they got.
 *
 * @param checks are shown the writes of each run as they are read
 * @param hasTexts whether what may quote what models were asked and answered is left in
 */
export function stateTable(
  runs: readonly ExportedRun[],
  checks: ReadonlyMap<ExportedRun, WriteCheck> = new Map(),
  hasTexts = true,
): ExportTable {
  return {
    columns: [
      { name: "run", type: "VARCHAR" },
      { name: "turn", type: "BIGINT" },
      { name: "agent", type: "VARCHAR" },
      { name: "variable", type: "VARCHAR" },
      { name: "value", type: "JSON" },
    ],
    rows: rows(runs, checks, hasTexts),
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
  checks: ReadonlyMap<ExportedRun, WriteCheck>,
  hasTexts: boolean,
): AsyncGenerator<readonly Cell[], void, undefined> {
  for (const exported of runs) {
    const remover = hasTexts ? undefined : new TextRemover(exported.log);
    yield* rowsOf(exported, checks.get(exported), remover);
  }
}

async function* rowsOf(
  { run, log }: ExportedRun,
  check: WriteCheck | undefined,
  remover: TextRemover | undefined,
): AsyncGenerator<readonly Cell[], void, undefined> {
  const ends = await log.explain.turnEnds();
  const state = new TurnState(run, check, remover);
  let applied = 0;
  let at = 0;
  function* endedTurns(): Generator<readonly Cell[], void, undefined> {
    for (let end = ends[at]; end?.writes === applied; end = ends[++at]) {
      // A turn without an event has the state of the one before. So many of them are no turns: numbers taken from a clock.
      const next = ends[at + 1]?.turn ?? end.turn + 1;
      const last = state.isEmpty || next - end.turn > MAX_WITHOUT_EVENTS ? end.turn + 1 : next;
      for (let turn = end.turn; turn < last; turn++) yield* state.rows(turn);
    }
  }
  yield* endedTurns();
  for await (const page of orderedEvents(log, { event_types: ["STATE"] })) {
    for (const event of page.events()) {
      if (event.event_type === "STATE") state.apply(event);
      applied++;
      yield* endedTurns();
    }
    if (at === ends.length) return;
  }
}

/** The variables in the order in which they came. */
class TurnState {
  readonly #run: string;
  readonly #check: WriteCheck | undefined;
  readonly #remover: TextRemover | undefined;
  readonly #variables = new VariableMap<Cell>();

  constructor(run: string, check: WriteCheck | undefined, remover: TextRemover | undefined) {
    this.#run = run;
    this.#check = check;
    this.#remover = remover;
  }

  get isEmpty(): boolean {
    return this.#variables.size === 0;
  }

  apply(event: StateEvent): void {
    const { agent_id, variable_name, change } = event;
    const new_value = this.#remover === undefined ? event.new_value : this.#remover.newValueOf(event);
    this.#check?.event(event);
    if (change === "removed") this.#variables.delete(agent_id, variable_name);
    else this.#variables.set(agent_id, variable_name, new_value);
  }

  *rows(turn: number): Generator<readonly Cell[], void, undefined> {
    for (const [{ agent_id, variable_name }, value] of this.#variables) {
      yield [this.#run, turn, agent_id ?? null, variable_name, value];
    }
  }
}
