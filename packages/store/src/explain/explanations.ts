import type {
  CompareAnswer,
  CompareDifferencesAnswer,
  CompareValuesAnswer,
  Completeness,
  compareDifferencesQuerySchema,
  compareValuesQuerySchema,
  EffectsAnswer,
  effectsQuerySchema,
  FindAnswer,
  findQuerySchema,
  HistoryAnswer,
  historyQuerySchema,
  InteractionsAnswer,
  interactionsQuerySchema,
  StateAnswer,
  stateQuerySchema,
  ValuesAnswer,
  valuesQuerySchema,
  WhyAnswer,
  WidestAnswer,
  whyQuerySchema,
  widestQuerySchema,
} from "@llm-sim/api";
import { compileWatch } from "@llm-sim/events/watch";
import { invalidArgument } from "../errors.ts";
import { Pace } from "../pace/index.ts";
import type { Parsed } from "../parsed.ts";
import { type Causality, type ParsedCriteria, parseCriteria } from "../query/index.ts";
import type { RunView } from "../reader/index.ts";
import type { AskedExplanations } from "./asked-explanations.ts";
import {
  catchUp,
  causalityCompleteness,
  countsCompleteness,
  listCompleteness,
  WriteCheck,
} from "./certainty/index.ts";
import { compareViews, differencesOf, valuesBeside } from "./compare/index.ts";
import { type FoundMoments, findIn, toldMoments } from "./find/index.ts";
import { interactionsOf } from "./interactions/index.ts";
import { memoryAt, withMemory } from "./memory/index.ts";
import { agentTypes, type Recording, requireEvents, requireState } from "./recording/index.ts";
import { afterEvent, endOfTurn, now } from "./rows/index.ts";
import {
  historyOf,
  historyPage,
  noSuchAgent,
  type PageOfWrites,
  stateAt,
  type TurnEndPlace,
  toldValues,
  turnEndsOf,
  type ValuesTold,
  valuesByTurn,
} from "./state/index.ts";
import { effectsOf, whyOf } from "./why/index.ts";
import { widestOf } from "./wide/index.ts";

/** What a run's files explain as of one look at them. Throws as {@link RunExplainer} does. */
export class Explanations implements AskedExplanations {
  readonly #view: RunView;
  readonly #recording: Recording;

  private constructor(view: RunView, recording: Recording) {
    this.#view = view;
    this.#recording = recording;
  }

  /**
   * @internal Asks of a log when what rests on its holes has been found, and others have had their turn: many may have waited for the same look at it,
   * and all would go on in one turn of the loop. Throws StaleIndex, and what `ask` does.
   */
  static async inTurn<Answer>(view: RunView, ask: () => Answer | Promise<Answer>): Promise<Answer> {
    await catchUp(view);
    const pace = new Pace([view]);
    // Looked at on the spot: between a look and what is awaited after it others would look, too.
    while (pace.isDue) await pace.yieldIfDue();
    return ask();
  }

  /** @internal */
  static of(view: RunView, recording: Recording): Explanations {
    return new Explanations(view, recording);
  }

  async state(
    { turn, event_id, agent_id }: Parsed<typeof stateQuerySchema>,
    signal?: AbortSignal,
  ): Promise<StateAnswer> {
    const pace = this.#pace(signal);
    const [view, recording] = [this.#view, this.#recording];
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
    const found = await stateAt(view, moment, recording, pace);
    return withMemory(found, await memoryAt(view, moment, recording, agent_id, pace), agent_id);
  }

  turnEnds(): TurnEndPlace[] {
    return turnEndsOf(this.#view);
  }

  async history(query: Parsed<typeof historyQuerySchema>, signal?: AbortSignal): Promise<HistoryAnswer> {
    requireState(this.#view, this.#recording, "variable");
    return historyOf(this.#view, query, this.#recording, this.#pace(signal));
  }

  why(query: Parsed<typeof whyQuerySchema>, signal?: AbortSignal): Promise<WhyAnswer> {
    return whyOf(this.#view, query, this.#recording, this.#pace(signal));
  }

  effects(query: Parsed<typeof effectsQuerySchema>, signal?: AbortSignal): Promise<EffectsAnswer> {
    return effectsOf(this.#view, query, this.#recording, this.#pace(signal));
  }

  async widest(query: Parsed<typeof widestQuerySchema>, signal?: AbortSignal): Promise<WidestAnswer> {
    return widestOf(this.#view, query, this.#recording, this.#pace(signal));
  }

  async valuesByTurn(query: Parsed<typeof valuesQuerySchema>, signal?: AbortSignal): Promise<ValuesAnswer> {
    requireState(this.#view, this.#recording, "variable");
    return valuesByTurn(this.#view, query, this.#recording, this.#pace(signal));
  }

  async interactions(
    query: Parsed<typeof interactionsQuerySchema>,
    signal?: AbortSignal,
  ): Promise<InteractionsAnswer> {
    const { turn_start, turn_end } = query;
    const actions = parseCriteria({ event_types: ["ACTION"], turn_start, turn_end });
    const found = await interactionsOf(this.#view, query, this.#pace(signal));
    return { ...found, ...this.completenessOfList(actions) };
  }

  async find(query: Parsed<typeof findQuerySchema>, signal?: AbortSignal): Promise<FindAnswer> {
    requireState(this.#view, this.#recording, "expression");
    return findIn(this.#view, query, this.#recording, this.#pace(signal));
  }

  async compare(right: AskedExplanations, signal?: AbortSignal): Promise<CompareAnswer> {
    const other = ofFiles(right);
    return compareViews(this.#known, other.#known, this.#paceWith(other, signal));
  }

  async differences(
    right: AskedExplanations,
    query: Parsed<typeof compareDifferencesQuerySchema>,
    signal?: AbortSignal,
  ): Promise<CompareDifferencesAnswer> {
    const other = ofFiles(right);
    return differencesOf(this.#known, other.#known, query, this.#paceWith(other, signal));
  }

  async valuesBeside(
    right: AskedExplanations,
    query: Parsed<typeof compareValuesQuerySchema>,
    signal?: AbortSignal,
  ): Promise<CompareValuesAnswer> {
    const other = ofFiles(right);
    return valuesBeside(this.#known, other.#known, query, this.#paceWith(other, signal));
  }

  /** @internal As `history`, of a page that was found elsewhere. */
  historyPage(
    query: Parsed<typeof historyQuerySchema>,
    page: PageOfWrites,
    signal?: AbortSignal,
  ): Promise<HistoryAnswer> {
    return historyPage(this.#view, query, page, this.#recording, this.#pace(signal));
  }

  /** @internal As `valuesByTurn`, of values that were found elsewhere, none of which was altered to be recorded. */
  toldValues(found: ValuesTold): ValuesAnswer {
    return toldValues(this.#view, found, this.#recording, new WriteCheck());
  }

  /** @internal As `find`, of moments that were found elsewhere among writes that follow from each other. */
  async toldMoments(
    query: Parsed<typeof findQuerySchema>,
    found: Pick<FoundMoments<number>, "moments" | "total">,
    signal?: AbortSignal,
  ): Promise<FindAnswer> {
    requireState(this.#view, this.#recording, "expression");
    const watch = compileWatch(query.expression);
    const pace = this.#pace(signal);
    return toldMoments(this.#view, query, watch, found, this.#recording, new WriteCheck(), pace);
  }

  /** @internal Whether a list of events that match is all there ever were. */
  completenessOfList(criteria: ParsedCriteria, writes?: WriteCheck): Completeness {
    return listCompleteness(this.#known, criteria, writes);
  }

  /** @internal The same of their counts by kind. */
  completenessOfCounts(criteria: ParsedCriteria): Completeness {
    return countsCompleteness(this.#known, criteria);
  }

  /** @internal The same of an event's causes and effects. */
  completenessOfCausality(causality: Causality): Completeness {
    return causalityCompleteness(this.#known, causality);
  }

  #pace(signal: AbortSignal | undefined): Pace {
    return new Pace([this.#view], signal);
  }

  #paceWith(other: Explanations, signal: AbortSignal | undefined): Pace {
    return new Pace([this.#view, other.#view], signal);
  }

  get #known(): { view: RunView; recording: Recording } {
    return { view: this.#view, recording: this.#recording };
  }
}

function ofFiles(right: AskedExplanations): Explanations {
  if (!(right instanceof Explanations)) throw new TypeError("Runs that are compared come from one store.");
  return right;
}
