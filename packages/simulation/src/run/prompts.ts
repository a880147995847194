import { didYouMean } from "@llm-sim/events/naming";
import { type Coordinate, coordinateText } from "@llm-sim/events/tape/schema";
import { listText } from "@llm-sim/events/words";
import { AskError, type Call, loadLlm, type Models, type ShownRequest } from "../asking/index.ts";
import { SimulationOrchestrator } from "./orchestrator.ts";
import { RunError } from "./run-error.ts";
import type { Simulation } from "./simulation.ts";

/** What an agent would ask a model. */
export interface Prompt {
  coordinate: Coordinate;
  request: ShownRequest;
}

/** What is said where a question before the one that is looked for needs an answer. */
const ANSWERS =
  "which needs an answer: look at a run's prompts (llm-sim prompt RUN), or give the config a tape to play from (llm.play)";

/**
 * What an agent would be prompted with in a turn, with nobody asked and nothing recorded. The simulation is played up to there; what was
 * asked before is answered from the config's tape (`llm.play`), where it has one. Of several questions, those that wait for no other's
 * answer are told, with a tape all.
 *
 * @throws RunError `SETUP_FAILED` where there is no such agent or turn, or what it is prompted with rests on an answer that is not there
 */
export async function promptsOf(
  simulation: Simulation,
  { agent_id, turn }: { agent_id: string; turn: number },
): Promise<Prompt[]> {
  const { llm, name, turns } = simulation;
  if (turn < 1 || turn > turns)
    throw refused(`${name} has turns 1 to ${turns}: agents decide in no turn ${turn}`);
  if (!llm) throw refused(`${name} asks no language model: its config has no llm block`);
  const prompts: Prompt[] = [];
  const stop = new AbortController();
  const loaded = await loadLlm();
  const answers = llm.play === undefined ? undefined : await loaded.AnswersOnTape.read(llm.play);
  const isTheirs = (asked: Call["coordinate"]) =>
    asked.turn === turn && asked.actor.type === "agent" && asked.actor.agent_id === agent_id;
  const shown = await loaded.createModels({
    settings: llm,
    source: answers && { answers, onMiss: "fail" },
    onRequest: (coordinate, request) => {
      if (isTheirs(coordinate)) prompts.push({ coordinate, request });
    },
  });
  let needed: Coordinate | undefined;
  const models: Models = {
    isSpent: false,
    spent: shown.spent,
    totals: () => undefined,
    ask: (question, call) => {
      if (answers) return shown.ask(question, call);
      const { coordinate } = call;
      if (isTheirs(coordinate)) {
        // Others of the same agent may follow at once.
        setImmediate(() => stop.abort());
        return shown.ask(question, call);
      }
      // What other agents would be answered in the same turn changes nothing: all decide on the same state.
      if (coordinate.turn < turn || coordinate.actor.type !== "agent") {
        needed ??= { ...coordinate, attempt: 1 };
        stop.abort();
      }
      return Promise.reject(new AskError("not_asked", "Nobody is asked: prompts are looked at"));
    },
  };
  const { agents } = simulation;
  const known = new Set(agents.map(({ id }) => id));
  await new SimulationOrchestrator(simulation, {
    stream: "off",
    signals: false,
    signal: stop.signal,
    models,
    onWarning: () => undefined,
    onTurn: (progress) => {
      if (progress.turn >= turn) stop.abort();
    },
  }).run();
  const miss = answers?.misses.find(({ coordinate }) => !isTheirs(coordinate));
  if (miss) throw refused(`Before ${agent_id} is asked in turn ${turn}, ${miss.reason}`);
  if (needed) {
    // One may come later.
    const absent = known.has(agent_id)
      ? ""
      : `; at the start there is no ${agent_id}${nearest(agent_id, [...known])}`;
    throw refused(
      `Before ${agent_id} is asked in turn ${turn}, ${coordinateText(needed)} is, ${ANSWERS}${absent}`,
    );
  }
  if (prompts.length === 0) throw refused(nothing(agent_id, turn, [...known]));
  return prompts;
}

function nothing(agentId: string, turn: number, known: readonly string[]): string {
  if (known.includes(agentId)) return `${agentId} asks no language model in turn ${turn}`;
  return `There is no agent ${JSON.stringify(agentId)} that asks in turn ${turn}${nearest(agentId, known)}`;
}

function nearest(agentId: string, known: readonly string[]): string {
  return didYouMean(agentId, known) || `; there are ${listText(known)}`;
}

function refused(message: string): RunError {
  return new RunError("SETUP_FAILED", message);
}
