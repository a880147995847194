import { basename, resolve } from "node:path";
import { isRunReadError } from "@llm-sim/events/read";
import { isBeingWritten } from "@llm-sim/events/run";
import type { Lake } from "../connection/index.ts";
import { isLakeError } from "../errors.ts";
import { ensureTables } from "../tables/index.ts";
import { PatientLake } from "./patient-lake.ts";
import { type ShipOptions, type Shipped, shipOne } from "./ship-run.ts";
import { isUnchanged, standingOf } from "./standing.ts";
import { shipTogether } from "./together.ts";

export interface ShipRunsOptions extends ShipOptions {
  /** Told of each run that is in the lake as it is on disk. */
  onShipped?: (shipped: Shipped) => Promise<void> | void;
  /** Told of each run that could not be shipped, whatever becomes of the others. */
  onFailed?: (directory: string, error: Error) => Promise<void> | void;
}

/** That the lake is asked of at once: a megabyte of their ids at most. */
const ASKED_AT_ONCE = 1000;
/** Whose files are looked at, and that are shipped each by itself, at a time. */
const LOOKED_AT = 16;
const SIDE_BY_SIDE = 4;

/**
 * Copies runs into a lake, as `shipRun` does each: those that did not change since are told from the others without reading them, and
 * small ones of which the lake has nothing go in together.
 *
 * @throws LakeError where the lake goes away, or takes nothing
 */
export async function shipRuns(
  lake: Lake,
  directories: readonly string[],
  options: ShipRunsOptions = {},
): Promise<void> {
  const { again = false, follow = false, signal, onShipped } = options;
  const patient = new PatientLake(lake, options);
  await ensureTables(patient);
  const all = [...new Set(directories.map((directory) => resolve(directory)))];
  const told = async (shipped: Shipped) => onShipped?.(shipped);
  const { fresh, alone } = again ? { fresh: [], alone: all } : await whatToDo(patient, all, options);
  // One by itself needs no claim.
  if (fresh.length === 1) alone.push(...fresh);
  else alone.push(...(await shipTogether(patient, inTheirOrder(fresh, all), signal, told)));
  const one = async (directory: string) => {
    signal?.throwIfAborted();
    try {
      await told(await shipOne(patient, directory, options));
    } catch (error) {
      if (signal?.aborted || options.onFailed === undefined || !isOfRun(error)) throw error;
      await options.onFailed(directory, error);
    }
  };
  const written = follow ? alone.filter((directory) => isBeingWritten(directory)) : [];
  const others = alone.filter((directory) => !written.includes(directory));
  await Promise.all([
    inLanes(inTheirOrder(others, all), SIDE_BY_SIDE, one),
    // Each for as long as it is written.
    ...written.map(one),
  ]);
}

/** Tells of the runs that are there as they are; finds those of which there is nothing, and those that are to be looked at. */
async function whatToDo(
  lake: Lake,
  all: readonly string[],
  { check = false, signal, onShipped }: ShipRunsOptions,
): Promise<{ fresh: string[]; alone: string[] }> {
  const [fresh, alone]: [string[], string[]] = [[], []];
  for (let at = 0; at < all.length; at += ASKED_AT_ONCE) {
    const asked = all.slice(at, at + ASKED_AT_ONCE);
    const standings = await standingOf(
      lake,
      asked.map((directory) => basename(directory)),
    );
    await inLanes(asked, LOOKED_AT, async (directory) => {
      signal?.throwIfAborted();
      const run = basename(directory);
      const standing = standings.get(run);
      if (standing === undefined) fresh.push(directory);
      else if (!check && (await isUnchanged(directory, standing)))
        await onShipped?.({ run, edition: standing.edition, events: 0, bytes: 0 });
      else alone.push(directory);
    });
  }
  return { fresh, alone };
}

/** Whether it is a matter of this run alone. */
function isOfRun(error: unknown): error is Error {
  return isRunReadError(error) || isLakeError(error, "LAKE_REFUSED");
}

/** @param some in any order */
function inTheirOrder(some: readonly string[], all: readonly string[]): string[] {
  const wanted = new Set(some);
  return all.filter((each) => wanted.has(each));
}

/** Does something with each, so many at a time; what fails ends it. */
async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items].toReversed();
  const lane = async () => {
    try {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}
