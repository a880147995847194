import type * as z from "zod";
import { invalidArgument } from "../errors.ts";
import { type RunReader, type RunView, StaleIndex } from "../reader/index.ts";
import {
  type CompareAnswer,
  type EffectsAnswer,
  type EffectsQuery,
  effectsQuerySchema,
  type FindAnswer,
  type FindQuery,
  findQuerySchema,
  type HistoryAnswer,
  type HistoryQuery,
  historyQuerySchema,
  type StateAnswer,
  type StateQuery,
  stateQuerySchema,
  type WhyAnswer,
  type WhyQuery,
  type WidestAnswer,
  type WidestQuery,
  whyQuerySchema,
  widestQuerySchema,
} from "./answers/index.ts";
import { compareViews } from "./compare/index.ts";
import { findIn } from "./find/index.ts";
import { memoryAt, withMemory } from "./memory/index.ts";
import { parseQuery } from "./parse-query.ts";
import { agentTypes, type Recording, recordingOf, requireEvents, requireState } from "./recording/index.ts";
import { afterEvent, endOfTurn, now, Pace } from "./rows/index.ts";
import { historyOf, noSuchAgent, stateAt, type TurnEndPlace, turnEndsOf } from "./state/index.ts";
import { effectsOf, whyOf } from "./why/index.ts";
import { widestOf } from "./wide/index.ts";

/**
 * What a run's recorded causes and changes tell: the state at any moment, why something came about, what it led to.
 *
 *     const { steps, ledger } = await run.explain.why({ variable: "wealth", agent_id: "alice", turn: 5 });
 *
 * Every question throws StoreError: INVALID_ARGUMENT naming the parameter (reason STATE_NOT_RECORDED where the run's
 * verbosity is too coarse), EVENT_NOT_FOUND.
 */
export class RunExplainer {
  readonly #reader: RunReader;

  constructor(reader: RunReader) {
    this.#reader = reader;
  }

  /** The whole world at the end of a turn, just after an event, or now. */
  state(query: StateQuery = {}): Promise<StateAnswer> {
    return this.#ask(stateQuerySchema, query, async (view, { turn, event_id, agent_id }, recording) => {
      if (turn !== undefined && event_id !== undefined)
        throw invalidArgument("event_id", "ask for a turn or for an event_id, not for both");
      if (agent_id === undefined) requireState(view, recording, turn === undefined ? "event_id" : "turn");
      else {
        // What it remembers is on record where decisions are, the state or not.
        requireEvents(view, "agent_id");
        const isConfigured = recording.manifest && agentTypes(recording.manifest)(agent_id) !== undefined;
        if (!view.agents.has(agent_id) && !isConfigured) throw noSuchAgent(view, agent_id);
      }
      const moment =
        event_id !== undefined
          ? afterEvent(view, event_id)
          : turn !== undefined
            ? endOfTurn(view, turn)
            : now(view);
      const known = await memoryAt(view, moment, recording, agent_id, new Pace([view]));
      return withMemory(stateAt(view, moment, recording), known, agent_id);
    });
  }

  /** Where each turn that has events ends among the changes of the state: what `state` goes by. */
  turnEnds(): Promise<TurnEndPlace[]> {
    return this.#reader.ask(turnEndsOf);
  }

  /** All writes of one variable, a page of them. */
  history(query: HistoryQuery): Promise<HistoryAnswer> {
    return this.#ask(historyQuerySchema, query, (view, asked, recording) => {
      requireState(view, recording, "variable");
      return historyOf(view, asked, recording);
    });
  }

  /** The smallest chain that explains a variable's value or an event, and, of a number, what it is made of. */
  why(query: WhyQuery): Promise<WhyAnswer> {
    return this.#ask(whyQuerySchema, query, whyOf);
  }

  /** What an event led to. */
  effects(query: EffectsQuery): Promise<EffectsAnswer> {
    return this.#ask(effectsQuerySchema, query, effectsOf);
  }

  /** The decisions that most follows from. */
  widest(query: WidestQuery = {}): Promise<WidestAnswer> {
    return this.#ask(widestQuerySchema, query, (view, asked, recording) =>
      widestOf(view, asked, recording, new Pace([view])),
    );
  }

  /** When a condition on the state became true. */
  find(query: FindQuery): Promise<FindAnswer> {
    return this.#ask(findQuerySchema, query, (view, asked, recording) => {
      requireState(view, recording, "expression");
      return findIn(view, asked, recording, new Pace([view]));
    });
  }

  /** Where this run and another part ways; this one is the left. */
  async compare(right: RunExplainer): Promise<CompareAnswer> {
    const readers = { left: this.#reader, right: right.#reader };
    const recordings = {
      left: recordingOf(readers.left.directory),
      right: recordingOf(readers.right.directory),
    };
    return readers.left.ask(async (left) => {
      try {
        return await readers.right.ask((view) =>
          keepApart(left, () =>
            compareViews(
              { view: left, recording: recordings.left },
              { view, recording: recordings.right },
              new Pace([left, view]),
            ),
          ),
        );
      } catch (error) {
        throw error instanceof LeftIsStale ? new StaleIndex(left.id) : error;
      }
    });
  }

  async #ask<Schema extends z.ZodType, Answer>(
    schema: Schema,
    query: z.input<Schema>,
    answer: (view: RunView, query: z.output<Schema>, recording: Recording) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const asked = parseQuery(schema, query);
    const recording = recordingOf(this.#reader.directory);
    return this.#reader.ask((view) => answer(view, asked, recording));
  }
}

/** The left run's reader begins anew where its log was changed, not the right's. */
class LeftIsStale extends Error {}

async function keepApart<T>(left: RunView, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isLeft = error instanceof StaleIndex && error.message === new StaleIndex(left.id).message;
    throw isLeft ? new LeftIsStale(error.message) : error;
  }
}

/** Where two runs part ways. */
export function compareRuns(left: RunExplainer, right: RunExplainer): Promise<CompareAnswer> {
  return left.compare(right);
}
