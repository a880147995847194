import type { Gap } from "@llm-sim/api";
import {
  type Event,
  type EventType,
  includesLevel,
  VERBOSITY_LEVELS,
  type VerbosityLevel,
} from "@llm-sim/events/schema";
import type { KnownRun } from "./hole.ts";
import type { RestsOn } from "./rests-on.ts";
import { alteredGap, concerns } from "./write-check.ts";

/** Milestones behind which there is nothing but the turn before: no verbosity shows more of them. */
const MARKERS: readonly string[] = ["simulation_start", "turn_start", "turn_end"];

/** An event names a cause that is not in the log. */
export function missingCauses({ view: { index } }: KnownRun, { chain }: RestsOn): Gap[] {
  return (chain?.missing ?? []).map(({ event_id, row }) => ({
    kind: "missing_cause",
    message: `An event of turn ${index.columns.turn(row)} names a cause that is not in the log.`,
    event_id: index.idOf(row),
    cause_id: event_id,
    ...inTurn(index.columns.turn(row)),
  }));
}

export function omittedCauses(_: KnownRun, { chain }: RestsOn): Gap[] {
  return (chain?.events ?? []).flatMap(({ causes_omitted, event_id, turn_number, caused_by }): Gap[] => {
    if (causes_omitted === undefined) return [];
    return [
      {
        kind: "causes_omitted",
        message: `An event of turn ${turn_number} had ${causes_omitted} more causes than the ${caused_by?.length ?? 0} it names.`,
        event_id,
        ...inTurn(turn_number),
      },
    ];
  });
}

/** What a chain tells of values that are not the ones that were written. */
export function alteredValues({ view }: KnownRun, { chain }: RestsOn): Gap[] {
  return (chain?.events ?? []).flatMap((event) =>
    event.event_type === "STATE" &&
    (concerns(event.lossy, "/new_value") || concerns(event.lossy, "/old_value"))
      ? [alteredGap({ ...event, turn: event.turn_number }, view.agents)]
      : [],
  );
}

/** What an agent remembers is not what it wrote. */
export function alteredMemory({ view: { index } }: KnownRun, { memory }: RestsOn): Gap[] {
  return (memory?.altered ?? []).map(({ agent_id, row }) => {
    const turn = index.columns.turn(row);
    return {
      kind: "lossy",
      message: `What ${agent_id} decided in turn ${turn} was altered, or left out for its size, to be recorded: what it remembers since is not known as it was.`,
      ...inTurn(turn),
      event_id: index.idOf(row),
      agent_id,
      needed: "a greater max_event_size, or a memory that JSON carries",
    };
  });
}

/** What a coarse run leaves out of every chain, and of what is folded from, or a list of, just what it does not record. */
export function coarseVerbosity(
  { recording: { verbosity } }: KnownRun,
  { claim, chain, kinds }: RestsOn,
): Gap[] {
  if (verbosity === undefined) return [];
  if (claim !== "causes") return kinds === undefined ? [] : unrecordedKinds(verbosity, kinds);
  if (includesLevel(verbosity, "STATE")) return [];
  if (chain?.asked !== undefined && isMarker(chain.asked)) return [];
  const what = includesLevel(verbosity, "ACTION")
    ? "what was read and what changed"
    : "what was read, done and changed";
  return [
    {
      kind: "verbosity",
      message: `The run was recorded at ${verbosity}: ${what} is left out, and verbosity STATE would have shown it.`,
      needed_verbosity: "STATE",
      needed: "the run again with verbosity STATE",
    },
  ];
}

/** Kinds of events that a run of this verbosity leaves out. */
export function unrecordedKinds(verbosity: VerbosityLevel, kinds: readonly EventType[]): Gap[] {
  const finer = VERBOSITY_LEVELS.filter(
    (level) => kinds.some((kind) => kind === level) && !includesLevel(verbosity, level),
  );
  const needed = finer.at(-1);
  if (needed === undefined) return [];
  return [
    {
      kind: "verbosity",
      message: `The run was recorded at ${verbosity}: it holds no ${finer.join(" and no ")} events, and verbosity ${needed} would have kept them.`,
      needed_verbosity: needed,
      needed: `the run again with verbosity ${needed}`,
    },
  ];
}

/** A turn began or ended, or the run. */
export function isMarker(event: Event): boolean {
  return event.event_type === "MILESTONE" && MARKERS.includes(event.milestone_type);
}

function inTurn(turn: number): Pick<Gap, "turn_start" | "turn_end"> {
  return { turn_start: turn, turn_end: turn };
}
