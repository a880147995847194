import type { Shard } from "@llm-sim/events/run";
import type { AskedShard } from "../arguments/index.ts";
import type { CommandContext } from "../context/index.ts";
import { scheduledTask } from "./scheduled-task.ts";
import { recordFirstTask, recordShards, type SharedOfBatch } from "./shard-record.ts";

/** A shard of a batch. */
export interface BatchShard extends Shard {
  /** The scheduler's task that it was taken from. */
  task?: string;
}

/**
 * Which shard is meant; the batch has on record from then on how many there are.
 *
 * @throws a wrong call where no scheduler says it, or the batch is divided into another number
 */
export async function shardOfBatch(
  { env }: Pick<CommandContext, "env">,
  asked: AskedShard,
  shared: SharedOfBatch,
): Promise<BatchShard> {
  if (asked.index !== "auto") {
    await recordShards(shared, asked.of);
    return asked;
  }
  const { id, of, first, name } = scheduledTask(env, asked.of);
  await recordShards(shared, of);
  // An array of some tasks does not say whether all of them counted from 0 or from 1: the first one that did has it on record.
  const recorded = name.startsWith("Slurm") ? await recordFirstTask(shared, first ?? 1) : 0;
  const index = id - (first ?? recorded) + 1;
  return { index: Math.min(index, of), of, task: name };
}
