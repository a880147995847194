import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { checkpointPath, newerFormatOf, readRegular } from "@llm-sim/events/run";
import {
  agentIdSchema,
  eventIdSchema,
  jsonObjectSchema,
  jsonValueSchema,
  recordByName,
  simulationIdSchema,
  turnNumberSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { keptHandlesSchema } from "./handles/index.ts";
import { keptWritesSchema } from "./observation/index.ts";
import { isPlainObject } from "./world/index.ts";

const partSchema = z.custom<object>(isPlainObject, "expected an object");

const handle = z.int().min(0);
const shaped = z.tuple([z.int()], z.int());

/** Of who is there, handles by number. */
const keptRosterSchema = z.object({
  agents: z.array(
    /** Its id, whether it went (1) and waits (2), its decision, failure and last change; what wrote its memory, what it read. */
    z.tuple([agentIdSchema, z.int(), handle, handle, handle, shaped, shaped.nullable()]),
  ),
  gone: z.array(z.tuple([agentIdSchema, handle])),
  /** In the order of the pauses, with the last turn of each. */
  paused: z.array(z.tuple([agentIdSchema, z.int().nullable()])),
});
export type KeptRoster = z.infer<typeof keptRosterSchema>;

const troublesSchema = z.object({
  others: z.int(),
  kinds: z.array(
    z.object({
      agent_id: z.string().optional(),
      action_type: z.string().optional(),
      error_type: z.string(),
      reason: z.string(),
      count: z.int(),
      pattern: z.string(),
    }),
  ),
});
/** What came of what agents tried. */
const keptTroublesSchema = z.object({
  /** Decisions, failures, actions and refusals of each agent. */
  agents: z.array(z.tuple([z.string(), z.int(), z.int(), z.int(), z.int()])),
  refusals: troublesSchema,
  failures: troublesSchema,
  unanswered: troublesSchema,
  undecided: troublesSchema,
});
export type KeptTroubles = z.infer<typeof keptTroublesSchema>;

/** The events that later ones may name as their causes, and whatever else is needed so that what follows is just as it would be. */
const keptRunSchema = z.object({
  handles: keptHandlesSchema,
  state: keptWritesSchema,
  roster: keptRosterSchema,
  /** What was spent on language models, by the events that tell of it. */
  spending: z.array(handle),
  troubles: keptTroublesSchema,
});
export type KeptRun = z.infer<typeof keptRunSchema>;

/**
 * `checkpoints/turn_<n>.json`: all that is needed to go on after turn `turn`. Random numbers follow from the seed and the turn.
 */
export const checkpointSchema = z.object({
  format_version: z.int().min(1).optional().meta({ description: "absent: 1" }),
  simulation_id: simulationIdSchema,
  turn: turnNumberSchema,
  /** The last event of the log up to here: the turn's turn_end. */
  last_event_id: eventIdSchema.optional(),
  state: z.object({
    global: partSchema,
    agents: recordByName(partSchema),
  }),
  state_hash: z.string(),
  /** Of agents that keep one in fields of their own: what `getMemory` gave. */
  memory: recordByName(jsonValueSchema),
  /** The turn in which each agent decided last. */
  decided: recordByName(turnNumberSchema).default({}),
  /** Each agent's `context.memory`, where there is something in it. */
  context_memory: recordByName(jsonObjectSchema).default({}),
  /** What was spent on language models up to here. */
  spent: z.object({ tokens: z.int().min(0), usd: z.number().min(0) }).optional(),
  /** How much of the run's tape belongs to the turns up to here, in bytes. */
  tape_offset: z.int().min(0).optional(),
  /** Agents that came while the run went on and are there, in order of coming; the turn is that of their coming. */
  added: z
    .array(
      z.object({
        id: agentIdSchema,
        type: z.string(),
        params: jsonObjectSchema,
        initial_state: jsonObjectSchema,
        turn: turnNumberSchema,
      }),
    )
    .default([]),
  /** Agents that went for good: their ids are not used again. */
  removed: z.array(agentIdSchema).default([]),
  /** Agents that sit out: so many turns more, or (`null`) until they are resumed. */
  paused: recordByName(z.int().min(1).nullable()).default({}),
  /** What a fork or the run itself goes on with as if it had never stopped; absent where it is not known to be all. */
  writes: z.base64().optional().meta({ description: "JSON, deflated (RFC 1951)" }),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** As `writes` has it. @param text as JSON */
export async function packed(text: string): Promise<string> {
  return (await deflate(text, { level: 1 })).toString("base64");
}

/** @throws Error where it is nothing that was kept */
export async function keptRunIn({ writes }: Checkpoint): Promise<KeptRun | undefined> {
  if (writes === undefined) return undefined;
  const json: unknown = JSON.parse((await inflate(Buffer.from(writes, "base64"))).toString("utf8"));
  return keptRunSchema.parse(json);
}

/**
 * Writes the checkpoint of a turn into a run's directory: under another name first, so that it is there whole or not at all.
 *
 * @param text the checkpoint as JSON
 */
export async function writeCheckpoint(runDirectory: string, turn: number, text: string): Promise<void> {
  const path = checkpointPath(runDirectory, turn);
  const unfinished = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** @throws Error where there is none, the file is no checkpoint, or it is of a format that is not known yet */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const json: unknown = JSON.parse(readRegular(path, dirname(dirname(dirname(resolve(path))))));
  const newer = newerFormatOf(path, json);
  if (newer !== undefined) throw new Error(`${newer}.`);
  const parsed = checkpointSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${path} is no checkpoint: ${issue?.path.join(".")}: ${issue?.message}`);
}
