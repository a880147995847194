import { statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { codeOf } from "../errors.ts";
import { firstOfRegular, isOutOfFiles, readRegular } from "../files/index.ts";
import { SUMMARY_FILE } from "../layout/index.ts";
import { simulationIdSchema, triedSchema, troubleSchema, variableSummarySchema } from "../schema/index.ts";
import { newerFormatOf } from "./format.ts";

/** No summary is larger than this. */
export const MAX_SUMMARY_BYTES = 20 * 1024 * 1024;
/** Values that a summary keeps of each variable. */
export const MAX_SUMMARY_POINTS = 1_000;

/** Holds the first line of any summary. */
const HEAD_BYTES = 16 * 1024;

const count = z.int().min(0);

/** The first line of `summary.json`, closed: what a list of runs shows. */
export const summaryHeadSchema = z.object({
  format_version: z.int().min(1),
  simulation_id: simulationIdSchema,
  turns: count.meta({ description: "the last that was begun" }),
  tried: triedSchema,
});
export type SummaryHead = z.infer<typeof summaryHeadSchema>;

/** `summary.json`: what can be said of a run without its events, at whatever verbosity it was recorded. */
export const summaryFileSchema = summaryHeadSchema.extend({
  refusals: z.array(troubleSchema),
  failures: z.array(troubleSchema),
  every_turns: z
    .int()
    .min(1)
    .meta({ description: "points stand so many turns apart, besides the first and the last" }),
  variables: z.array(variableSummarySchema),
  variables_left_out: count.optional().meta({ description: "that would have made the file too large" }),
  not_known: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: "what is not in here, and why: `widest_decisions`" }),
});
export type SummaryFile = z.infer<typeof summaryFileSchema>;

/** What reading a summary came to; `undefined` where the run has none. */
export type SummaryRead<T> = { summary: T } | { problem: string } | undefined;

/** Reads `summary.json`. Never throws: what is wrong with it is said in one line. */
export function readSummary(runDirectory: string): SummaryRead<SummaryFile> {
  return attempt(runDirectory, (path) => {
    const { size } = statSync(path);
    return size > MAX_SUMMARY_BYTES ? tooLarge(size) : parsed(readRegular(path), summaryFileSchema);
  });
}

/** As `readSummary`, of what the file holds; `undefined`: there is none. */
export function summaryIn(bytes: Uint8Array | undefined): SummaryRead<SummaryFile> {
  if (bytes === undefined) return undefined;
  try {
    const found =
      bytes.length > MAX_SUMMARY_BYTES
        ? tooLarge(bytes.length)
        : parsed(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(), summaryFileSchema);
    return withProblemTold(found);
  } catch (error) {
    return { problem: unusable(messageOf(error)) };
  }
}

/** The head of `summary.json`, without a look at the rest where the file is laid out as it is written. */
export function readSummaryHead(runDirectory: string): SummaryRead<SummaryHead> {
  return attempt(runDirectory, (path) => {
    const [line, ...rest] = firstBytes(path).split("\n");
    if (line?.endsWith(",") && rest.length > 0) return parsed(`${line.slice(0, -1)}}`, summaryHeadSchema);
    return readSummary(runDirectory);
  });
}

function attempt<T>(runDirectory: string, read: (path: string) => SummaryRead<T>): SummaryRead<T> {
  const path = join(runDirectory, SUMMARY_FILE);
  try {
    return withProblemTold(read(path));
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    if (["ENOENT", "FILE_REFUSED"].includes(codeOf(error) ?? "")) return undefined;
    return { problem: unusable(messageOf(error)) };
  }
}

function tooLarge(size: number): { problem: string } {
  return { problem: `it has ${size} bytes, more than any that is written` };
}

function withProblemTold<T>(found: SummaryRead<T>): SummaryRead<T> {
  return found && "problem" in found ? { problem: unusable(found.problem) } : found;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unusable(problem: string): string {
  return problem.startsWith(SUMMARY_FILE) ? problem : `${SUMMARY_FILE} cannot be used: ${problem}`;
}

function parsed<T extends SummaryHead>(text: string, schema: z.ZodType<T>): SummaryRead<T> {
  const value: unknown = JSON.parse(text);
  const newer = newerFormatOf(SUMMARY_FILE, value);
  if (newer !== undefined) return { problem: newer };
  const result = schema.safeParse(value);
  if (result.success) return { summary: result.data };
  const [issue] = result.error.issues;
  return { problem: `${issue?.path.join("/") || "it"}: ${issue?.message ?? "is no summary"}` };
}

function firstBytes(path: string): string {
  return new TextDecoder().decode(firstOfRegular(path, HEAD_BYTES).bytes);
}
