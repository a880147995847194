import {
  type CompareAnswer,
  type CompareDifferencesAnswer,
  type CompareDifferencesQuery,
  type CompareValuesAnswer,
  type CompareValuesQuery,
  compareDifferencesQuerySchema,
  compareValuesQuerySchema,
  type EffectsAnswer,
  type EffectsQuery,
  effectsQuerySchema,
  type FindAnswer,
  type FindQuery,
  findQuerySchema,
  type HistoryAnswer,
  type HistoryQuery,
  historyQuerySchema,
  type InteractionsAnswer,
  type InteractionsQuery,
  interactionsQuerySchema,
  type StateAnswer,
  type StateQuery,
  stateQuerySchema,
  type ValuesAnswer,
  type ValuesQuery,
  valuesQuerySchema,
  type WhyAnswer,
  type WhyQuery,
  type WidestAnswer,
  type WidestQuery,
  whyQuerySchema,
  widestQuerySchema,
} from "@llm-sim/api";
import type * as z from "zod";
import { type Parsed, parse } from "../parsed.ts";
import type { RunReader } from "../reader/index.ts";
import type { AskedExplanations, Soon } from "./asked-explanations.ts";
import { Explanations } from "./explanations.ts";
import { recordingOf } from "./recording/index.ts";
import type { TurnEndPlace } from "./state/index.ts";

/** A run whose explanations can be asked, at one moment of its log. */
interface Explaining {
  id: string;
  look: <Answer>(answer: (run: AskedExplanations) => Soon<Answer>) => Promise<Answer>;
}

type Beside<Query> = Omit<Query, "left" | "right">;

/**
 * What a run's recorded causes and changes tell: the state at any moment, why something came about, what it led to.
 *
 *     const { steps, ledger } = await run.explain.why({ variable: "wealth", agent_id: "alice", turn: 5 });
 *
 * Every question throws StoreError: INVALID_ARGUMENT naming the parameter (reason STATE_NOT_RECORDED where the run's
 * verbosity is too coarse), EVENT_NOT_FOUND.
 */
export class RunExplainer {
  readonly #run: Explaining;

  private constructor(run: Explaining) {
    this.#run = run;
  }

  /** @internal */
  static of(run: Explaining): RunExplainer {
    return new RunExplainer(run);
  }

  /** @internal Over a run's files alone. */
  static over(reader: RunReader): RunExplainer {
    return new RunExplainer({
      id: reader.id,
      look: (answer) => {
        const recording = recordingOf(reader.directory);
        return reader.look((view) =>
          Explanations.inTurn(view, () => answer(Explanations.of(view, recording))),
        );
      },
    });
  }

  /** The whole world at the end of a turn, just after an event, or now. */
  state(query: StateQuery = {}): Promise<StateAnswer> {
    return this.#ask(stateQuerySchema, query, (run, asked) => run.state(asked));
  }

  /** Where each turn that has events ends among the changes of the state: what `state` goes by. */
  turnEnds(): Promise<TurnEndPlace[]> {
    return this.#look((run) => run.turnEnds());
  }

  /** All writes of one variable, a page of them. */
  history(query: HistoryQuery): Promise<HistoryAnswer> {
    return this.#ask(historyQuerySchema, query, (run, asked) => run.history(asked));
  }

  /** The value of a variable at the end of each turn, of one or of everyone who has it. */
  valuesByTurn(query: ValuesQuery): Promise<ValuesAnswer> {
    return this.#ask(valuesQuerySchema, query, (run, asked) => run.valuesByTurn(asked));
  }

  /** The smallest chain that explains a variable's value or an event, and, of a number, what it is made of. */
  why(query: WhyQuery): Promise<WhyAnswer> {
    return this.#ask(whyQuerySchema, query, (run, asked) => run.why(asked));
  }

  /** What an event led to. */
  effects(query: EffectsQuery): Promise<EffectsAnswer> {
    return this.#ask(effectsQuerySchema, query, (run, asked) => run.effects(asked));
  }

  /** The decisions that most follows from. */
  widest(query: WidestQuery = {}): Promise<WidestAnswer> {
    return this.#ask(widestQuerySchema, query, (run, asked) => run.widest(asked));
  }

  /** Who acts with or on whom. */
  interactions(query: InteractionsQuery = {}): Promise<InteractionsAnswer> {
    return this.#ask(interactionsQuerySchema, query, (run, asked) => run.interactions(asked));
  }

  /** When a condition on the state became true. */
  find(query: FindQuery): Promise<FindAnswer> {
    return this.#ask(findQuerySchema, query, (run, asked) => run.find(asked));
  }

  /** Where this run and another part ways; this one is the left. */
  compare(right: RunExplainer): Promise<CompareAnswer> {
    return this.#look((run) => right.#look((other) => run.compare(other)));
  }

  /** A page of the events in which this run, the left, and another differ. */
  async differences(
    right: RunExplainer,
    query: Beside<CompareDifferencesQuery> = {},
  ): Promise<CompareDifferencesAnswer> {
    const asked = parse(compareDifferencesQuerySchema, { ...query, ...this.#beside(right) });
    return this.#look((run) => right.#look((other) => run.differences(other, asked)));
  }

  /** The variables of this run, the left, and of another side by side. */
  async valuesBeside(
    right: RunExplainer,
    query: Beside<CompareValuesQuery> = {},
  ): Promise<CompareValuesAnswer> {
    const asked = parse(compareValuesQuerySchema, { ...query, ...this.#beside(right) });
    return this.#look((run) => right.#look((other) => run.valuesBeside(other, asked)));
  }

  #beside(right: RunExplainer): { left: string; right: string } {
    return { left: this.#run.id, right: right.#run.id };
  }

  async #ask<Schema extends z.ZodType, Answer>(
    schema: Schema,
    query: z.input<Schema>,
    answer: (run: AskedExplanations, query: Parsed<Schema>) => Soon<Answer>,
  ): Promise<Answer> {
    const asked = parse(schema, query);
    return this.#look((run) => answer(run, asked));
  }

  #look<Answer>(answer: (run: AskedExplanations) => Soon<Answer>): Promise<Answer> {
    return this.#run.look(answer);
  }
}

/** Where two runs part ways. */
export function compareRuns(left: RunExplainer, right: RunExplainer): Promise<CompareAnswer> {
  return left.compare(right);
}
