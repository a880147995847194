import { describe, expect, it } from "vitest";
import { scheduledTask } from "./scheduled-task.ts";

const slurm = (id: number, min: number, max: number, count: number) => ({
  SLURM_ARRAY_TASK_ID: `${id}`,
  SLURM_ARRAY_TASK_MIN: `${min}`,
  SLURM_ARRAY_TASK_MAX: `${max}`,
  SLURM_ARRAY_TASK_COUNT: `${count}`,
  SLURM_ARRAY_TASK_STEP: "1",
});

describe("the task that a scheduler says", () => {
  it.each([
    ["--array=0-63", slurm(0, 0, 63, 64), undefined, { id: 0, of: 64, first: 0 }],
    ["--array=1-64", slurm(64, 1, 64, 64), undefined, { id: 64, of: 64, first: 1 }],
    ["--array=1-64, said again", slurm(2, 1, 64, 64), 64, { id: 2, of: 64, first: 1 }],
    ["--array=1", slurm(1, 1, 1, 1), undefined, { id: 1, of: 1, first: 1 }],
    ["--array=2,5,9 of 64", slurm(5, 2, 9, 3), 64, { id: 5, of: 64, first: undefined }],
    ["--array=0,5 of 64", slurm(5, 0, 5, 2), 64, { id: 5, of: 64, first: 0 }],
    ["--array=5,64 of 64", slurm(5, 5, 64, 2), 64, { id: 5, of: 64, first: 1 }],
    ["an array that tells its id alone", { SLURM_ARRAY_TASK_ID: "3" }, 8, { id: 3, of: 8, first: undefined }],
    ["an indexed job", { JOB_COMPLETION_INDEX: "7" }, 8, { id: 7, of: 8, first: 0 }],
  ])("%s", (_, env, of, task) => {
    expect(scheduledTask(env, of)).toMatchObject(task);
  });

  it.each([
    ["no scheduler", {}, undefined, /this is no task of a Slurm array .* nor? ?|no pod of an indexed/],
    ["gaps", slurm(5, 2, 9, 3), undefined, /does not tell how many shards there are: .*--shard auto\/64/],
    ["steps: --array=0-8:2", slurm(4, 0, 8, 5), undefined, /does not tell how many/],
    ["a start elsewhere", slurm(12, 10, 19, 10), undefined, /does not tell how many/],
    ["a task alone, submitted again", slurm(3, 3, 3, 1), undefined, /does not tell how many/],
    ["an indexed job alone", { JOB_COMPLETION_INDEX: "7" }, undefined, /Kubernetes index 7 does not tell/],
    ["an id beyond", slurm(65, 65, 65, 1), 64, /is none of 64/],
    ["an index beyond", { JOB_COMPLETION_INDEX: "8" }, 8, /is none of 8/],
    ["no number", { SLURM_ARRAY_TASK_ID: "x" }, 8, /SLURM_ARRAY_TASK_ID is "x", which is no number/],
    ["both", { JOB_COMPLETION_INDEX: "1", ...slurm(1, 1, 2, 2) }, 2, /are both set/],
  ])("is refused in words: %s", (_, env, of, words) => {
    expect(() => scheduledTask(env, of)).toThrow(words);
  });
});
