import { wrongCall } from "../failure/index.ts";

/** Which of several tasks this process is, as its scheduler says it. */
export interface ScheduledTask {
  id: number;
  /** How many shards there are. */
  of: number;
  /** The first one's id; `undefined` where it may be 0 or 1. */
  first: 0 | 1 | undefined;
  /** For a person: `Slurm task 3`. */
  name: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

const SLURM = "SLURM_ARRAY_TASK_ID";
const KUBERNETES = "JOB_COMPLETION_INDEX";

/**
 * The task that this process is. Slurm counts the tasks that were submitted, which is how many there are only where their ids run
 * without a gap from 0 or 1; Kubernetes never says how many.
 *
 * @param of how many shards there are, where that is said
 * @throws a wrong call, in words
 */
export function scheduledTask(env: Variables, of: number | undefined): ScheduledTask {
  const [slurm, kubernetes] = [numberIn(env, SLURM), numberIn(env, KUBERNETES)];
  if (slurm !== undefined && kubernetes !== undefined)
    throw wrongCall(
      `--shard auto: ${SLURM} and ${KUBERNETES} are both set: say which shard it is, as in --shard 3/64.`,
    );
  if (slurm !== undefined) return within(slurmTask(env, slurm, of));
  if (kubernetes !== undefined)
    return within({ id: kubernetes, of, first: 0, name: `Kubernetes index ${kubernetes}` });
  throw wrongCall(
    `--shard auto: this is no task of a Slurm array (${SLURM} is not set) and no pod of an indexed Kubernetes job (${KUBERNETES} is not set): say which shard it is, as in --shard 3/64.`,
  );
}

type Told = Omit<ScheduledTask, "of"> & { of: number | undefined };

function slurmTask(env: Variables, id: number, of: number | undefined): Told {
  const [min, max, count] = ["MIN", "MAX", "COUNT"].map((name) => numberIn(env, `SLURM_ARRAY_TASK_${name}`));
  const tells =
    min !== undefined && max !== undefined && count !== undefined ? ` of ${count} from ${min} to ${max}` : "";
  const name = `Slurm task ${id}${tells}`;
  const isWhole =
    min !== undefined &&
    min <= 1 &&
    max !== undefined &&
    max - min + 1 === count &&
    (of === undefined || of === count);
  if (isWhole) return { id, of: count, first: min === 0 ? 0 : 1, name };
  if (id === 0 || min === 0) return { id, of, first: 0, name };
  return { id, of, first: of !== undefined && (max === of || id === of) ? 1 : undefined, name };
}

function within({ of, ...task }: Told): ScheduledTask {
  const { id, first = 1, name } = task;
  if (of === undefined)
    throw wrongCall(
      `--shard auto: ${name} does not tell how many shards there are: say it, as in --shard auto/64.`,
    );
  if (id - first >= of)
    throw wrongCall(
      `--shard auto/${of}: ${name} is none of ${of}: say which shard it is, as in --shard 1/${of}, or how many there are.`,
    );
  return { ...task, of };
}

function numberIn(env: Variables, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw wrongCall(
      `--shard auto: ${name} is ${JSON.stringify(text)}, which is no number: say which shard it is, as in --shard 3/64.`,
    );
  return Number(text);
}
