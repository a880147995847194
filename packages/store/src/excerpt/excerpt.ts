import type { Completeness } from "@llm-sim/api";
import type { RunManifest } from "@llm-sim/events/run";
import { type AskedExplanations, Explanations, type Recording } from "../explain/index.ts";
import type { Range } from "../log/index.ts";
import { Pace } from "../pace/index.ts";
import { type Causality, type CausalityOptions, causalityOf } from "../query/index.ts";
import { type IndexedLog, RunView } from "../reader/index.ts";
import { type IntakeState, LineIntake, RunIndex } from "../run-index/index.ts";

/** Some events of a run of whose log nothing is missing. */
export interface ExcerptOf {
  id: string;
  manifest: RunManifest;
  /** All that the log names, in the order in which it first does. */
  agents: readonly string[];
  /** In the order of the log; each once. */
  lines: readonly Uint8Array[];
}

/** What was asked for and may be elsewhere in the log: events by id, and those whose effects were asked for. */
export interface AskedBeyond {
  causes: ReadonlySet<string>;
  effectsOf: ReadonlySet<string>;
}

/**
 * Answers out of some events as they would be out of the whole log, by the same code, for who fetches them from where the log lies. What an
 * answer rests on has to be there: {@link beyond} tells what of causes and effects was asked for while it was worked out.
 */
export class Excerpt {
  readonly explain: AskedExplanations;
  readonly #explanations: Explanations;
  readonly #view: RunView;
  readonly #causes = new Set<string>();
  readonly #effectsOf = new Set<string>();

  constructor({ id, manifest, agents, lines }: ExcerptOf) {
    const log = new LogOfLines(lines, agents, {
      cause: (eventId) => this.#causes.add(eventId),
      effectsOf: (row) => this.#effectsOf.add(log.index.idOf(row)),
    });
    const recording: Recording = {
      directory: "",
      manifest,
      verbosity: manifest.verbosity,
      segments: [],
      isExcerpt: true,
    };
    this.#view = new RunView(id, log);
    this.#explanations = Explanations.of(this.#view, recording);
    this.explain = this.#explanations;
  }

  get beyond(): AskedBeyond {
    return { causes: this.#causes, effectsOf: this.#effectsOf };
  }

  async causality(
    eventId: string,
    depth?: number,
    { signal, ...options }: CausalityOptions & { signal?: AbortSignal } = {},
  ): Promise<Causality & Completeness> {
    const causality = await causalityOf(this.#view, eventId, depth, options, new Pace([this.#view], signal));
    return { ...causality, ...this.#explanations.completenessOfCausality(causality) };
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
