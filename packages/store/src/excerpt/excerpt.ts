import type {
  CallAnswer,
  Completeness,
  callQuerySchema,
  callsQuerySchema,
  FindAnswer,
  findQuerySchema,
  HistoryAnswer,
  historyQuerySchema,
  PhasesAnswer,
  phasesQuerySchema,
  ValuesAnswer,
  VariablesAnswer,
  variablesQuerySchema,
} from "@llm-sim/api";
import type { VariableId } from "@llm-sim/events/naming";
import type { RunManifest, SummaryFile } from "@llm-sim/events/run";
import {
  type CallsList,
  type CallsPage,
  CallTable,
  callAt,
  listCalls,
  tellCall,
  tellPage,
} from "../calls/index.ts";
import {
  type AskedExplanations,
  Explanations,
  type FoundMoments,
  type Recording,
  type ValuesTold,
  type WriteCheck,
} from "../explain/index.ts";
import type { Range } from "../log/index.ts";
import { LogCurves, phasesOf, variablesInLog, variablesInSummary } from "../overview/index.ts";
import { Pace } from "../pace/index.ts";
import type { Parsed } from "../parsed.ts";
import { type Causality, type CausalityOptions, causalityOf, type ParsedCriteria } from "../query/index.ts";
import { type IndexedLog, RunView } from "../reader/index.ts";
import { type IntakeState, LineIntake, RunIndex } from "../run-index/index.ts";
import type { Tape } from "../tape/index.ts";

/** Some events of a run of whose log nothing is missing. */
export interface ExcerptOf {
  id: string;
  manifest: RunManifest;
  /** All that the log names, in the order in which it first does. */
  agents: readonly string[];
  /** In the order of the log; each once. */
  lines: readonly Uint8Array[];
}

/** What was asked for and may be elsewhere in the log: events by id, those whose effects were asked for, and model calls by a coordinate of their question. */
export interface AskedBeyond {
  causes: ReadonlySet<string>;
  effectsOf: ReadonlySet<string>;
  questions: ReadonlySet<string>;
}

/** A page of a variable's writes, by the ids of their events, and what is known of those that are not there. */
export interface WritesOfPage {
  variable: VariableId;
  ids: readonly string[];
  /** The write before the first of them. */
  before: string | undefined;
  /** In the turns that are asked for. */
  total: number;
}

/**
 * Answers out of some events as they would be out of the whole log, by the same code, for who fetches them from where the log lies. What an
 * answer rests on has to be there: {@link beyond} tells what of causes and effects was asked for while it was worked out.
 */
export class Excerpt {
  readonly explain: AskedExplanations;
  readonly #explanations: Explanations;
  readonly #view: RunView;
  readonly #recording: Recording;
  readonly #calls = new CallTable((coordinate) => this.#questions.add(coordinate));
  readonly #causes = new Set<string>();
  readonly #effectsOf = new Set<string>();
  readonly #questions = new Set<string>();

  constructor({ id, manifest, agents, lines }: ExcerptOf) {
    const log = new LogOfLines(lines, agents, {
      cause: (eventId) => this.#causes.add(eventId),
      effectsOf: (row) => this.#effectsOf.add(log.index.idOf(row)),
    });
    this.#recording = {
      directory: "",
      manifest,
      verbosity: manifest.verbosity,
      segments: [],
      isExcerpt: true,
    };
    this.#view = new RunView(id, log);
    this.#explanations = Explanations.of(this.#view, this.#recording);
    this.explain = this.#explanations;
  }

  get beyond(): AskedBeyond {
    return { causes: this.#causes, effectsOf: this.#effectsOf, questions: this.#questions };
  }

  history(
    query: Parsed<typeof historyQuerySchema>,
    { variable, ids, before, total }: WritesOfPage,
    signal?: AbortSignal,
  ): Promise<HistoryAnswer> {
    const rows = ids.map((id) => this.#rowOf(id));
    const page = { variable, rows, before: before === undefined ? undefined : this.#rowOf(before), total };
    return this.#explanations.historyPage(query, page, signal);
  }

  /** The values of variables, none of which was altered to be recorded. The first write of the run has to be there. */
  values(found: ValuesTold): ValuesAnswer {
    return this.#explanations.toldValues(found);
  }

  /** Moments by the ids of their events, found among writes that follow from each other. The first write of the run has to be there. */
  find(
    query: Parsed<typeof findQuerySchema>,
    { moments, total }: Pick<FoundMoments<string>, "moments" | "total">,
    signal?: AbortSignal,
  ): Promise<FindAnswer> {
    const rows = moments.map(({ agent_id, at, ended }) => ({
      agent_id,
      at: this.#rowOf(at),
      ...(ended !== undefined && { ended: this.#rowOf(ended) }),
    }));
    return this.#explanations.toldMoments(query, { moments: rows, total }, signal);
  }

  #rowOf(eventId: string): number {
    const row = this.#view.index.find(eventId);
    if (row < 0) throw new RangeError(`The event ${eventId} is not among those of the excerpt.`);
    return row;
  }

  async causality(
    eventId: string,
    depth?: number,
    { signal, ...options }: CausalityOptions & { signal?: AbortSignal } = {},
  ): Promise<Causality & Completeness> {
    const causality = await causalityOf(this.#view, eventId, depth, options, new Pace([this.#view], signal));
    return { ...causality, ...this.#explanations.completenessOfCausality(causality) };
  }

  phases(query: Parsed<typeof phasesQuerySchema>, signal?: AbortSignal): Promise<PhasesAnswer> {
    return phasesOf(this.#view, this.#recording, query, new Pace([this.#view], signal));
  }

  completeness(criteria: ParsedCriteria, writes?: WriteCheck): Completeness {
    return this.#explanations.completenessOfList(criteria, writes);
  }

  /** What became of each variable. @param from what tells of all of them: a summary, or every write of the log */
  async variables(
    query: Parsed<typeof variablesQuerySchema>,
    from: SummaryFile | LogCurves,
    signal?: AbortSignal,
  ): Promise<VariablesAnswer> {
    return from instanceof LogCurves
      ? variablesInLog(this.#view, this.#recording, from, query, signal)
      : variablesInSummary(this.#view, from, query);
  }

  /** A page of calls that was found elsewhere. @param ids of its calls, which are among the events */
  async callsOn(
    page: CallsPage,
    ids: readonly string[],
    query: Parsed<typeof callsQuerySchema>,
  ): Promise<CallsList> {
    await this.#calls.extend(this.#view);
    const calls = ids.flatMap((id) => this.#calls.at(this.#view.index.find(id)) ?? []);
    return tellPage(this.#view, this.#config, query, page, calls);
  }

  /** A page of the calls behind the decision that `decision_id` names, which is among the events where the log has it. */
  async callsBehind(query: Parsed<typeof callsQuerySchema>): Promise<CallsList> {
    await this.#calls.extend(this.#view);
    return listCalls(this.#view, this.#config, this.#calls, query);
  }

  /** As `AskedRun.call`. */
  async call(
    eventId: string,
    { delta }: Parsed<typeof callQuerySchema>,
    tape: Tape,
    signal?: AbortSignal,
  ): Promise<CallAnswer> {
    await this.#calls.extend(this.#view);
    const known = callAt(this.#view, this.#calls, eventId);
    return tellCall(this.#view, this.#calls, tape, known, delta, new Pace([this.#view], signal));
  }

  get #config(): unknown {
    return this.#recording.manifest?.config;
  }
}

const FILE = "events.jsonl";

/** A log in memory. */
class LogOfLines implements IndexedLog {
  readonly index: RunIndex;
  readonly skippedCount = 0;
  readonly skippedLines = [];
  readonly segments = [];
  readonly #bytes: Buffer;

  constructor(
    lines: readonly Uint8Array[],
    agents: readonly string[],
    asked: { cause: (eventId: string) => void; effectsOf: (row: number) => void },
  ) {
    this.index = new RunIndex({ asked });
    for (const agent of agents) this.index.names.agents.intern(agent);
    this.#bytes = Buffer.concat(lines.flatMap((line) => [line, NEWLINE]));
    const state: IntakeState = {
      file: FILE,
      base: 0,
      taken: 0,
      line: 1,
      isOpen: false,
      checksum: undefined,
      firstId: undefined,
      firstTime: undefined,
    };
    new LineIntake(this.index).takeAll(state, this.#bytes);
  }

  unreadable(): [] {
    return [];
  }

  read(ranges: readonly Range[]): Buffer[] {
    return ranges.map(({ address, length }) => this.#bytes.subarray(address, address + length));
  }
}

const NEWLINE = Buffer.from("\n");
