import { type Gap, UNTRACKED } from "@llm-sim/api";
import { CAUSES_VERSION, type MemoryKind, type RunManifest } from "@llm-sim/events/run";
import { type Event, rosterEventOf } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { agentTypes } from "../recording/index.ts";
import { isMarker } from "./chain-reasons.ts";
import type { KnownRun } from "./hole.ts";
import { contradictedMemories } from "./recorded-holes.ts";
import type { Chain, RestsOn } from "./rests-on.ts";

type Untracked = (typeof UNTRACKED)[number];

/**
 * Code that keeps something from turn to turn where it is not tracked: what it read of that is among no event's causes. An answer
 * that went through what such code did is as recorded.
 */
export function untrackedMemory(
  { view, recording: { manifest } }: KnownRun,
  { claim, chain }: RestsOn,
): Gap[] {
  if (manifest === undefined || claim !== "causes" || !namesAllReads(manifest)) return [];
  const { engine, validator, agents } = memoriesSeen(view, manifest);
  // What leads on through an unseen memory could come out anywhere.
  const isAnywhere = chain === undefined || chain.isOnward === true;
  const gaps: Gap[] = [];
  if (isUntracked(engine) && (isAnywhere || chain.events.some(isOfEngine)))
    gaps.push(keptBy("engine", engine));
  if (isUntracked(validator) && (isAnywhere || chain.events.some(isReviewed)))
    gaps.push(keptBy("validator", validator));
  const inChain = chain === undefined ? [] : decidedUnseen(chain, agentTypes(manifest), agents);
  for (const [type, kind] of Object.entries(agents)) {
    const isSeen = inChain.some((gap) => gap.memory?.of === type);
    // An unknown memory leads from an agent's decision to its next, which has it among its causes.
    if (!isSeen && isUntracked(kind) && (chain === undefined || (isAnywhere && kind === "outside")))
      gaps.push(keptBy(type, kind));
  }
  return [...gaps, ...inChain];
}

/** What each declares; of what was seen to keep something all the same, that is not known. */
function memoriesSeen(view: RunView, { causes }: RunManifest) {
  const contradicted = contradictedMemories(view);
  const seen = (of: string, declared: MemoryKind = "unknown"): MemoryKind | Untracked =>
    contradicted.has(of) ? "contradicted" : declared;
  const types = Object.entries(causes?.agents ?? {}).map(([type, kind]) => [type, seen(type, kind)] as const);
  return {
    engine: seen("engine", causes?.engine),
    validator: seen("validator", causes?.validator),
    agents: Object.fromEntries(types),
  };
}

/** Whether a run claims that all that was read is among the causes. */
export function namesAllReads({ causes }: RunManifest): boolean {
  return causes?.by === "simulation" && causes.version >= CAUSES_VERSION;
}

function isUntracked(kind: MemoryKind | Untracked | undefined): kind is Untracked {
  return UNTRACKED.some((untracked) => untracked === kind);
}

/** The engine had a part in it: what was set up, and that a turn began or ended, comes from nothing it could have kept. */
function isOfEngine(event: Event): boolean {
  return event.turn_number > 0 && !isMarker(event);
}

function isReviewed(event: Event): boolean {
  return (
    event.event_type === "ACTION" ||
    (event.event_type === "SYSTEM" && event.details?.refused_by !== undefined)
  );
}

/** Of each type of agents that may have remembered something unseen, the first of its events in the chain. */
function decidedUnseen(
  { events }: Chain,
  typeOf: (agentId: string) => string | undefined,
  kinds: Readonly<Record<string, MemoryKind | Untracked>>,
): Gap[] {
  const came = new Map(events.flatMap(comingOf));
  const first = new Map<string, Gap>();
  for (const event of events) {
    const agent_id = whoThought(event);
    if (agent_id === undefined) continue;
    const type = typeOf(agent_id) ?? came.get(agent_id);
    const declared = type === undefined ? undefined : kinds[type];
    const kind = declared ?? (event.details?.remembered === undefined ? undefined : "unknown");
    if (!isUntracked(kind)) continue;
    const name = type ?? agent_id;
    if (first.has(name)) continue;
    const { event_id, turn_number } = event;
    first.set(name, {
      ...keptBy(name, kind),
      message: `What ${agent_id} did in turn ${turn_number} ${mayRestOn(name, kind)}`,
      agent_id,
      event_id,
      turn_start: turn_number,
      turn_end: turn_number,
    });
  }
  return [...first.values()];
}

/** Who came, and of what type, where that is what an event tells. */
function comingOf(event: Event): [agentId: string, type: string][] {
  if (event.event_type !== "SYSTEM") return [];
  const { subject_agent_id: id, details: { type } = {} } = event;
  const hasCome = rosterEventOf(event) === "agent_added";
  return hasCome && id !== undefined && typeof type === "string" ? [[id, type]] : [];
}

/** Whose own code an event comes from. */
function whoThought(event: Event): string | undefined {
  if (event.event_type === "DECISION" || event.event_type === "DETAIL") return event.agent_id;
  if (event.event_type === "SYSTEM" && !isReviewed(event)) return event.subject_agent_id;
  return undefined;
}

function mayRestOn(type: string, kind: Untracked): string {
  switch (kind) {
    case "outside":
      return `may rest on what ${type} keeps outside (static memory = "outside"), where nobody sees it.`;
    case "unknown":
      return `may rest on what it kept from earlier turns: ${type} does not say what it remembers (static memory).`;
    case "contradicted":
      return `may rest on what ${type} kept in a field from earlier turns, although it declares otherwise.`;
  }
}

function keptBy(of: string, kind: Untracked): Gap {
  const isOne = of === "engine" || of === "validator";
  const who = isOne ? `The ${of}` : `Agents of type ${of}`;
  const what = {
    outside: `${isOne ? "keeps" : "keep"} something outside (static memory = "outside"), where nobody sees it`,
    unknown: `${isOne ? "does not say what it keeps" : "do not say what they keep"} from turn to turn (static memory)`,
    contradicted: `${isOne ? "was" : "were"} seen to keep something in a field from turn to turn, although that is not what ${isOne ? "it declares" : "they declare"}`,
  }[kind];
  return {
    kind: "as_recorded",
    message: `${who} ${what}: what was read of that is among no causes.`,
    memory: { of, kind },
    needed: neededOf(of, kind, isOne),
  };
}

function neededOf(of: string, kind: Untracked, isOne: boolean): string {
  const tracked = isOne ? "the engine's world" : "context.memory";
  if (kind !== "unknown") return `that it is kept in ${tracked}, and the run again`;
  return isOne
    ? `static memory = "none" on the ${of}'s class, where that is so, and the run again`
    : `static memory = "tracked" (all is in ${tracked}) or "none" on ${of}, where that is so, and the run again`;
}
