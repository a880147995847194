import type { Gap } from "@llm-sim/api";
import { CAUSES_VERSION } from "@llm-sim/events/run";
import {
  alteredMemory,
  alteredValues,
  coarseVerbosity,
  missingCauses,
  omittedCauses,
} from "./chain-reasons.ts";
import { countedHoles } from "./counted-holes.ts";
import { firstGaps } from "./first-gaps.ts";
import type { Hole, KnownRun } from "./hole.ts";
import { recordedHoles } from "./recorded-holes.ts";
import { isInRange, type RestsOn } from "./rests-on.ts";
import { unreadableLines } from "./unreadable-lines.ts";
import { namesAllReads, untrackedMemory } from "./untracked-memory.ts";

/** Finds what of one kind makes an answer less than the whole truth. */
type Reason = (run: KnownRun, rests: RestsOn) => Gap[];

/** Every reason there is: a new one is an entry here. */
const REASONS: readonly Reason[] = [
  inRange(recordedHoles),
  unreadableLines,
  inRange(countedHoles),
  ({ view }, { writes }) => writes?.contradictions(view) ?? [],
  ({ view }, { writes }) => writes?.altered(view) ?? [],
  theFirst(missingCauses),
  theFirst(omittedCauses),
  theFirst(alteredValues),
  theFirst(alteredMemory),
  coarseVerbosity,
  partialState,
  disagreement,
  asRecorded,
  theFirst(untrackedMemory),
];

/**
 * Why an answer may not be the whole truth; it is exact, or complete, where there is no reason. Every question asks here,
 * with what its answer rests on.
 */
export function gapsOf(run: KnownRun, rests: RestsOn): Gap[] {
  const { hash } = rests;
  // The state is the one that was recorded, whatever else is missing.
  if (rests.claim === "values" && hash?.check === "agrees") return [];
  return REASONS.flatMap((reason) => reason(run, rests));
}

function inRange(holesOf: (run: KnownRun) => readonly Hole[]): Reason {
  return theFirst((run, rests) =>
    holesOf(run)
      .filter((hole) => mayBeOf(hole, rests) && isInRange(run.view, rests, hole))
      .map(({ gap }) => gap),
  );
}

function theFirst(reason: Reason): Reason {
  return (run, rests) => firstGaps(reason(run, rests));
}

function mayBeOf(hole: Hole, { kinds, claim, countsKinds = false }: RestsOn): boolean {
  // It was recorded, as an event of another kind: none is missing from a list of all.
  if (hole.gap.kind === "invalid_event" && claim === "events" && kinds === undefined) return countsKinds;
  return kinds === undefined || kinds.some((kind) => hole.concerns(kind));
}

/** Variables that have not changed yet are not in the log. */
function partialState(_: KnownRun, { isPartial }: RestsOn): Gap[] {
  if (isPartial !== true) return [];
  return [
    {
      kind: "partial",
      message: "The run records changes only: variables that have not changed yet are missing.",
      needed: "a write of each variable with change: added, where it comes to be",
    },
  ];
}

/** Nothing is known to be missing, and nothing vouches for it. */
function asRecorded({ view, recording: { manifest } }: KnownRun, { claim }: RestsOn): Gap[] {
  if (manifest === undefined) {
    return [
      {
        kind: "as_recorded",
        message: `Run ${view.id} has no run.json that can be read: nothing says how many events there were.`,
        needed: "run.json, which this project's writer leaves beside the log",
      },
    ];
  }
  if (claim !== "causes") return [];
  if (namesAllReads(manifest)) return [];
  const { causes } = manifest;
  const why =
    causes === undefined || causes.version < CAUSES_VERSION
      ? "run.json does not say that all that was read is among the causes, as older versions and other hands leave it"
      : "the causes are those that the program named, and what else it read is not known";
  return [
    {
      kind: "as_recorded",
      message: `This is what run ${view.id} recorded: ${why}.`,
      needed: "a run by `llm-sim run`, which records what is read",
    },
  ];
}

function disagreement(_: KnownRun, { hash }: RestsOn): Gap[] {
  if (hash?.check !== "disagrees") return [];
  const { turn, event_id } = hash;
  return [
    {
      kind: "disagreement",
      message: `The folded state is not the one whose hash the end of turn ${turn} carries: something up to there is missing, or was changed.`,
      turn_start: turn,
      turn_end: turn,
      event_id,
    },
  ];
}
