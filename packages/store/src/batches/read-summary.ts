import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  FORMAT_VERSION,
  leadsAstray,
  MAX_SUMMARY_BYTES,
  newerFormatOf,
  SUMMARY_FILE,
} from "@llm-sim/events/run";
import type { JsonValue } from "@llm-sim/events/schema";
import type { Curve, Curves } from "./curve.ts";
import { PointScanner } from "./point-scanner.ts";

/** What a batch needs of a run's summary.json. */
export interface SummaryFacts {
  turns: number;
  refusals: number;
  failures: number;
  curves: Curves;
  /** Characters of the file that was kept of. */
  size: number;
}

/**
 * Reads summary.json for what a batch asks.
 *
 * @param room characters; variables that do not fit are counted as left out
 * @returns the facts, or why there are none
 */
export function readSummaryFacts(directory: string, room: number): SummaryFacts | { problem: string } {
  const path = join(directory, SUMMARY_FILE);
  try {
    if (leadsAstray(path, dirname(resolve(directory))) !== undefined) return NO_SUMMARY;
    if (statSync(path).size > MAX_SUMMARY_BYTES) return TOO_LARGE;
    return summaryFacts(readFileSync(path, "utf8"), room);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return NO_SUMMARY;
    return unusable(error);
  }
}

/** As `readSummaryFacts`, of what the file holds; `undefined`: there is none. */
export function summaryFactsOf(
  bytes: Uint8Array | undefined,
  room: number,
): SummaryFacts | { problem: string } {
  if (bytes === undefined) return NO_SUMMARY;
  if (bytes.length > MAX_SUMMARY_BYTES) return TOO_LARGE;
  try {
    return summaryFacts(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(), room);
  } catch (error) {
    return unusable(error);
  }
}

const NO_SUMMARY = { problem: "it has no summary.json" };
const TOO_LARGE = { problem: "its summary.json is too large to be one" };

function unusable(error: unknown): { problem: string } {
  return {
    problem: `its summary.json cannot be used: ${error instanceof Error ? error.message : String(error)}`,
  };
}

/** By hand, as a schema over every point of a thousand runs took three times as long as the whole answer may. Throws where it is no JSON. */
function summaryFacts(text: string, room: number): SummaryFacts | { problem: string } {
  const laidOut = factsInLines(text, room);
  if (laidOut !== undefined) return laidOut;
  const value: unknown = JSON.parse(text);
  const newer = newerFormatOf(SUMMARY_FILE, value);
  if (newer !== undefined) return { problem: newer };
  return factsIn(value, text.length, room) ?? { problem: "its summary.json is none" };
}

const VARIABLES = '"variables":[\n';
const POINTS = '"points":[[';
/**
 * The facts of a file as it is written, a line for each variable.
 *
 * @returns `undefined` where it is laid out otherwise
 */
function factsInLines(text: string, room: number): SummaryFacts | undefined {
  const start = text.indexOf(VARIABLES);
  const end = text.lastIndexOf("\n]}");
  if (start === -1 || end < start) return undefined;
  const head: unknown = JSON.parse(`${text.slice(0, start)}${VARIABLES}]}`);
  const scanner = new PointScanner();
  /** Of each variable, from where to where its points are among those that were taken; `undefined` where they were not. */
  const spans: ([from: number, to: number] | undefined)[] = [];
  const variables = text
    .slice(start + VARIABLES.length, end)
    .split(",\n")
    .map((line): unknown => {
      const at = line.lastIndexOf(POINTS);
      const begin = scanner.count;
      const isTaken = at !== -1 && scanner.scan(line, at + POINTS.length - 1, line.length - 1);
      spans.push(isTaken ? [begin, scanner.count] : undefined);
      return JSON.parse(isTaken ? `${line.slice(0, at)}"points":[]}` : line);
    });
  const facts = factsIn({ ...(isObject(head) ? head : {}), variables }, text.length, room);
  if (facts === undefined) return undefined;
  const { turns, values } = scanner.taken();
  for (const [place, curve] of facts.curves.all.entries()) {
    const span = spans[place];
    if (span === undefined) continue;
    curve.turns = turns.subarray(...span);
    curve.values = values.subarray(...span);
  }
  return facts;
}

/** @param length characters of the file */
export function factsIn(value: unknown, length: number, room: number): SummaryFacts | undefined {
  if (!isObject(value)) return undefined;
  const { format_version, turns, tried, variables, every_turns, variables_left_out: leftOut } = value;
  if (typeof format_version !== "number" || format_version > FORMAT_VERSION) return undefined;
  if (!isCount(turns) || !isObject(tried) || !Array.isArray(variables)) return undefined;
  const fitting =
    length <= room ? variables : variables.slice(0, Math.floor((variables.length * room) / length));
  const all: Curve[] = [];
  for (const variable of fitting) {
    const curve = curveIn(variable);
    if (curve === undefined) return undefined;
    all.push(curve);
  }
  return {
    turns,
    refusals: isCount(tried.refusals) ? tried.refusals : 0,
    failures: isCount(tried.failures) ? tried.failures : 0,
    curves: {
      every: isCount(every_turns) && every_turns > 0 ? every_turns : 1,
      leftOut: (isCount(leftOut) ? leftOut : 0) + variables.length - fitting.length,
      all,
    },
    size: Math.min(length, room),
  };
}

function curveIn(value: unknown): Curve | undefined {
  if (!isObject(value)) return undefined;
  const { agent_id: agentId, variable, last, gone, points } = value;
  if (typeof variable !== "string" || (agentId !== undefined && typeof agentId !== "string"))
    return undefined;
  if (points !== undefined && !Array.isArray(points)) return undefined;
  const turns: number[] = [];
  const values: (JsonValue | undefined)[] = [];
  for (const point of points ?? []) {
    if (!Array.isArray(point) || !isCount(point[0])) return undefined;
    turns.push(point[0]);
    values.push(point[1]);
  }
  return {
    agentId,
    variable,
    last: isJson(last) ? last : undefined,
    isGone: gone !== undefined,
    turns: points === undefined ? undefined : turns,
    values,
  };
}

/** Whatever JSON.parse gives is, where it is there. */
function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
