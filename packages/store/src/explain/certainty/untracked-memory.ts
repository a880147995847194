import { CAUSES_VERSION, type MemoryKind, type RunManifest } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import { type Gap, UNTRACKED } from "../answers/index.ts";
import { agentTypes } from "../recording/index.ts";
import { isMarker } from "./chain-reasons.ts";
import type { KnownRun } from "./hole.ts";
import type { Chain, RestsOn } from "./rests-on.ts";

type Untracked = (typeof UNTRACKED)[number];

/**
 * Code that keeps something from turn to turn where it is not tracked: what it read of that is among no event's causes. An answer
 * that went through what such code did is as recorded.
 */
export function untrackedMemory({ recording: { manifest } }: KnownRun, { claim, chain }: RestsOn): Gap[] {
  if (manifest === undefined || claim !== "causes" || !namesAllReads(manifest)) return [];
  const { engine = "unknown", validator = "unknown", agents = {} } = manifest.causes ?? {};
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

/** Whether a run claims that all that was read is among the causes. */
export function namesAllReads({ causes }: RunManifest): boolean {
  return causes?.by === "simulation" && causes.version >= CAUSES_VERSION;
}

function isUntracked(kind: MemoryKind | undefined): kind is Untracked {
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
  kinds: Readonly<Record<string, MemoryKind>>,
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
  const { subject_agent_id: id, details: { system_event_type: told, type } = {} } = event;
  return told === "agent_added" && id !== undefined && typeof type === "string" ? [[id, type]] : [];
}

/** Whose own code an event comes from. */
function whoThought(event: Event): string | undefined {
  if (event.event_type === "DECISION" || event.event_type === "DETAIL") return event.agent_id;
  if (event.event_type === "SYSTEM" && !isReviewed(event)) return event.subject_agent_id;
  return undefined;
}

function mayRestOn(type: string, kind: Untracked): string {
  return kind === "outside"
    ? `may rest on what ${type} keeps outside (static memory = "outside"), where nobody sees it.`
    : `may rest on what it kept from earlier turns: ${type} does not say what it remembers.`;
}

function keptBy(of: string, kind: Untracked): Gap {
  const isWorlds = of === "engine" || of === "validator";
  const who = isWorlds ? `The ${of}` : `Agents of type ${of}`;
  const [keep, keeps, do_not_say] = isWorlds
    ? ["keeps", "it keeps", "does not say"]
    : ["keep", "they keep", "do not say"];
  return {
    kind: "as_recorded",
    message:
      kind === "outside"
        ? `${who} ${keep} something outside (static memory = "outside"), where nobody sees it: what was read of that is among no causes.`
        : `${who} ${do_not_say} what ${keeps} from turn to turn: what was read of that is among no causes.`,
    memory: { of, kind },
    needed: neededOf(of, kind),
  };
}

function neededOf(of: string, kind: Untracked): string {
  const tracked = of === "engine" || of === "validator" ? "the engine's world" : "context.memory";
  if (kind === "outside") return `that it is kept in ${tracked}, and the run again`;
  const whose = of === "engine" || of === "validator" ? `the ${of}'s class` : of;
  const words = tracked === "context.memory" ? `"tracked" (all is in ${tracked}) or "none"` : `"none"`;
  return `static memory = ${words} on ${whose}, where that is so, and the run again`;
}
