import * as z from "zod";
import { jsonValueSchema } from "../schema/index.ts";

/** What a sweep was asked for: one run for each of its seeds and each combination of its settings. */
export const batchPlanSchema = z.looseObject({
  seeds: z.string().meta({ description: "as `--seeds` takes them: `1..30`, `1,2,5`" }),
  settings: z
    .array(z.looseObject({ path: z.string(), values: z.array(jsonValueSchema).min(1) }))
    .meta({ description: "what `--set` was given, in that order" }),
});
export type BatchPlan = z.infer<typeof batchPlanSchema>;

const describedSchema = z.looseObject({
  id: z.string(),
  name: z.string().meta({ description: "the simulation's, or what `--id` gave in its place" }),
  config_hash: z
    .string()
    .optional()
    .meta({ description: "of the config without its seed and what the settings set; absent of older runs" }),
  settings: z
    .record(z.string(), jsonValueSchema)
    .meta({ description: "what was set otherwise in this run, by path" }),
  planned: batchPlanSchema
    .optional()
    .catch(undefined)
    .meta({ description: "all that was asked for when this run was made" }),
});

/** `run.json`'s `batch`: which runs were made to be seen together. Older runs have its id alone. */
export const runBatchSchema = z.preprocess(
  (value) => (typeof value === "string" ? { id: value, name: value, settings: {} } : value),
  describedSchema,
);
export type RunBatch = z.infer<typeof runBatchSchema>;
