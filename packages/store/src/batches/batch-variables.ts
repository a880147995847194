import { VariableMap } from "@llm-sim/events/naming";
import { type BatchRunFacts, knownCurves } from "./batch-run.ts";
import type { Curve } from "./curve.ts";

/** One variable, in each run of a batch by the run's place; `undefined` where a run has none of the name. */
export interface VariableOfRuns {
  agentId: string | undefined;
  variable: string;
  curves: (Curve | undefined)[];
}

/** Every variable of a batch's runs, the world's first, else in the order in which they came. */
export class BatchVariables {
  readonly all: readonly VariableOfRuns[];
  readonly #byName = new VariableMap<VariableOfRuns>();
  readonly #byOwnName = new Map<string, readonly VariableOfRuns[]>();

  constructor(runs: readonly BatchRunFacts[]) {
    for (const [place, run] of runs.entries()) {
      for (const curve of knownCurves(run)?.all ?? []) this.#of(curve, runs.length).curves[place] = curve;
    }
    const all = [...this.#byName].map(([, variable]) => variable);
    this.all = [
      ...all.filter(({ agentId }) => agentId === undefined),
      ...all.filter(({ agentId }) => agentId !== undefined),
    ];
  }

  get(agentId: string | undefined, name: string): VariableOfRuns | undefined {
    return this.#byName.get(agentId, name);
  }

  /** Those of agents that are called so. */
  ofAnyone(name: string): readonly VariableOfRuns[] {
    const known = this.#byOwnName.get(name);
    if (known !== undefined) return known;
    const found = this.all.filter(({ agentId, variable }) => agentId !== undefined && variable === name);
    this.#byOwnName.set(name, found);
    return found;
  }

  /** The agents that have variables. */
  get agents(): ReadonlySet<string> {
    return new Set(this.all.flatMap(({ agentId }) => agentId ?? []));
  }

  #of({ agentId, variable }: Curve, runs: number): VariableOfRuns {
    const known = this.#byName.get(agentId, variable);
    if (known !== undefined) return known;
    const made = { agentId, variable, curves: new Array<Curve | undefined>(runs).fill(undefined) };
    this.#byName.set(agentId, variable, made);
    return made;
  }
}
