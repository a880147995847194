import {
  type BatchAnswer,
  type BatchCurvesAnswer,
  type BatchCurvesQuery,
  type BatchQuery,
  type BatchSummary,
  batchCurvesQuerySchema,
  batchQuerySchema,
} from "@llm-sim/api";
import { nearestNames } from "@llm-sim/events/naming";
import { StoreError } from "../errors.ts";
import { idBeginningWith } from "../id-beginning.ts";
import { parse } from "../parsed.ts";
import { Batch } from "./answer.ts";
import type { BatchRunFacts, BatchRunHead } from "./batch-run.ts";
import type { BatchSource } from "./batch-source.ts";
import { summaryOf } from "./batch-summary.ts";
import { bySettings } from "./settings.ts";

/** The batches of the runs that lie somewhere. */
export class Batches {
  readonly #source: BatchSource;
  /** The batches that were worked out, with what they were worked out of. */
  readonly #worked = new Map<string, { runs: readonly BatchRunFacts[]; batch: Batch }>();
  readonly #summaries = new Map<string, { runs: readonly BatchRunHead[]; summary: BatchSummary }>();

  constructor(source: BatchSource) {
    this.#source = source;
  }

  /** Newest first. */
  async list(): Promise<BatchSummary[]> {
    const batches = await this.#byId();
    return [...batches].map(([id, runs]) => this.#summary(id, runs)).toSorted(newestFirst);
  }

  /** Throws BATCH_NOT_FOUND, INVALID_ARGUMENT. */
  async answer(id: string, query: BatchQuery = {}): Promise<BatchAnswer> {
    const { outcome = [] } = parse(batchQuerySchema, query);
    return (await this.#batch(id)).answer(outcome);
  }

  /** Throws BATCH_NOT_FOUND, INVALID_ARGUMENT. */
  async curves(id: string, query: BatchCurvesQuery): Promise<BatchCurvesAnswer> {
    const { variable, agent_id } = parse(batchCurvesQuerySchema, query);
    return (await this.#batch(id)).curves(variable, agent_id);
  }

  /** The batch of that id, or of the one that begins so. */
  async resolve(reference: string): Promise<string> {
    const ids = [...(await this.#byId()).keys()];
    if (ids.includes(reference)) return reference;
    const only = idBeginningWith("batch", reference, ids);
    if (only === undefined) throw batchNotFound(reference, ids);
    return only;
  }

  async #batch(id: string): Promise<Batch> {
    const batches = await this.#byId();
    const heads = batches.get(id);
    if (heads === undefined) throw batchNotFound(id, [...batches.keys()]);
    const runs = await this.#source.facts(heads);
    const known = this.#worked.get(id);
    if (known !== undefined && isSame(known.runs, runs)) return known.batch;
    const batch = new Batch(id, runs);
    this.#worked.set(id, { runs, batch });
    return batch;
  }

  #summary(id: string, runs: readonly BatchRunHead[]): BatchSummary {
    const known = this.#summaries.get(id);
    if (known !== undefined && isSame(known.runs, runs)) return known.summary;
    const summary = summaryOf(id, runs.toSorted(bySettings));
    this.#summaries.set(id, { runs, summary });
    return summary;
  }

  async #byId(): Promise<Map<string, BatchRunHead[]>> {
    const batches = new Map<string, BatchRunHead[]>();
    for (const head of await this.#source.heads()) {
      const runs = batches.get(head.batch.id);
      if (runs === undefined) batches.set(head.batch.id, [head]);
      else runs.push(head);
    }
    for (const known of [this.#worked, this.#summaries])
      for (const id of known.keys()) if (!batches.has(id)) known.delete(id);
    return batches;
  }
}

function newestFirst(a: BatchSummary, b: BatchSummary): number {
  const [left, right] = [a.start_time ?? "", b.start_time ?? ""];
  if (left !== right) return left < right ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}

function isSame<Run>(before: readonly Run[], now: readonly Run[]): boolean {
  return before.length === now.length && before.every((run, at) => run === now[at]);
}

function batchNotFound(reference: string, ids: readonly string[]): StoreError {
  const nearest = nearestNames(reference, ids, 3);
  const hint = nearest.length > 0 ? ` The nearest: ${nearest.join(", ")}.` : "";
  return new StoreError("BATCH_NOT_FOUND", `There is no batch ${JSON.stringify(reference)}.${hint}`, {
    reference,
    nearest,
  });
}
