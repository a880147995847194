import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { codeOf } from "@llm-sim/events/errors";
import * as z from "zod";
import { failed, wrongCall } from "../failure/index.ts";

/** Into how many shards a batch is divided; written once, by whichever is the first. */
const SHARDS_FILE = "shards.json";
/** From which id on its Slurm array counts. */
const ARRAY_FILE = "array.json";
const FORMAT_VERSION = 1;

const head = { format_version: z.int().min(1).max(FORMAT_VERSION) };
const shardsSchema = z.looseObject({ ...head, shards: z.int().min(1) });
const arraySchema = z.looseObject({ ...head, first_task: z.union([z.literal(0), z.literal(1)]) });

/** What file systems without hard links say. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);
/** Without links a file is there before its text is; so many times it is looked at, so many milliseconds apart. */
const LOOKS = 100;
const LOOK_MS = 50;

/** What the runs of a batch share. */
export interface SharedOfBatch {
  folder: string;
  /** The folder, as the user would write it. */
  shown: string;
  batch: string;
}

/**
 * Records that a batch is divided into so many shards. Several processes, also on several machines, may do it at once: one of them
 * makes the file, and all read the same.
 *
 * @throws a wrong call where it is divided into another number
 */
export async function recordShards({ folder, shown, batch }: SharedOfBatch, shards: number): Promise<void> {
  const path = join(folder, SHARDS_FILE);
  const { shards: known } = await once(path, { format_version: FORMAT_VERSION, shards }, shardsSchema);
  if (known === shards) return;
  throw wrongCall(
    `The batch ${batch} is divided into ${known} shards, and not into ${shards}, so that no run is made by none: say --shard I/${known}, leave --shard out to make what is missing here, or remove ${join(shown, SHARDS_FILE)} once nobody makes any of it.`,
  );
}

/** From which id on the array counts that the batch's shards are taken from: as was said first. */
export async function recordFirstTask({ folder }: SharedOfBatch, first: 0 | 1): Promise<0 | 1> {
  const wanted = { format_version: FORMAT_VERSION, first_task: first };
  return (await once(join(folder, ARRAY_FILE), wanted, arraySchema)).first_task;
}

/** Makes the file, unless it is there. @returns what it says */
async function once<T>(path: string, wanted: object, schema: z.ZodType<T>): Promise<T> {
  for (let look = 0; look < LOOKS; look++) {
    const found = read(path, schema);
    if (found !== undefined) return found;
    if (!make(path, `${JSON.stringify(wanted)}\n`)) await later(LOOK_MS);
  }
  throw failed(`${path} cannot be read: where nobody makes runs of the batch, remove it.`);
}

function read<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** In one step, its text in it: a link is made by one alone, on a shared file system as well. @returns whether it was this process */
function make(path: string, text: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  writeFileSync(temporary, text, { flag: "wx" });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (code === "EEXIST") return false;
    if (!NO_LINKS.has(code)) throw error;
    return makeWithoutLinks(path, text);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function makeWithoutLinks(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}
