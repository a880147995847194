// One run, with what the log does not say: what each event stands for when it is named as the last write of something.
import type { EventHandle } from "@llm-sim/events";
import { keysIn, keyText, parentName } from "@llm-sim/events/naming";
import type { Event, VerbosityLevel } from "@llm-sim/events/schema";
import { openMemoryStream } from "@llm-sim/events/testing";
import { vi } from "vitest";
import { type RunOptions, type Simulation, SimulationOrchestrator } from "../index.ts";
import { LastWrites } from "../observation/index.ts";
import type { Assignment, VariableChange } from "../world/index.ts";

/** One state of something, from the event `at` (a place in the log) on. */
export interface Version {
  at: number;
  /** The value as JSON; of whether something is there, `there` or `absent`. */
  content: string;
  /** The action or rule, or the run's start. */
  writer: Event | undefined;
  /** The event that is named by whoever reads it. */
  by: Event;
  /** Of a node that came, went or was assigned as a whole: what is right below it. */
  members?: ReadonlySet<string>;
}

const ABSENT = "absent";
const THERE = "there";
/** The place that the agents are members of. */
const AGENTS = "*";

const PAUSES = new Set<unknown>(["agent_paused", "agent_resumed"]);

export function isPause({ details }: Event): boolean {
  return PAUSES.has(details?.system_event_type);
}

/** What LastWrites is told, as it is told it. */
type Told =
  | { changes: readonly VariableChange[]; writes: readonly EventHandle[] }
  | { assigned: readonly Assignment[]; writer: EventHandle };

const records = vi.spyOn(LastWrites.prototype, "record");
const assigns = vi.spyOn(LastWrites.prototype, "assign");

/** What was told since it was asked last, in order. */
function told(): Told[] {
  const found: { order: number; told: Told }[] = [];
  for (const [index, [changes, writes]] of records.mock.calls.entries()) {
    found.push({ order: records.mock.invocationCallOrder[index] ?? 0, told: { changes, writes } });
  }
  for (const [index, [assigned, writer]] of assigns.mock.calls.entries()) {
    found.push({ order: assigns.mock.invocationCallOrder[index] ?? 0, told: { assigned, writer } });
  }
  records.mockClear();
  assigns.mockClear();
  return found.toSorted((left, right) => left.order - right.order).map((item) => item.told);
}

/** Runs a simulation; one that fails has a log, too. */
export async function recorded(
  simulation: Simulation,
  verbosity: VerbosityLevel,
  more: RunOptions = {},
): Promise<Recording> {
  let events = (): Event[] => [];
  told();
  const orchestrator = new SimulationOrchestrator(simulation, {
    ...more,
    verbosity,
    signals: false,
    stream: async (options) => {
      const memory = await openMemoryStream(options);
      events = () => memory.events();
      return memory.stream;
    },
  });
  await orchestrator.run().catch(() => undefined);
  return new Recording(events(), told());
}

export class Recording {
  readonly events: readonly Event[];
  readonly #byId = new Map<string, { event: Event; at: number }>();
  /** Of each variable its values; of each variable and node, whether it is there; of each node, when it came as a whole. */
  readonly values = new Map<string, Version[]>();
  readonly presence = new Map<string, Version[]>();
  readonly wholes = new Map<string, Version[]>();
  /** Of each event, what it stands for. */
  readonly #stands = new Map<
    Event,
    { kind: "values" | "presence" | "wholes"; name: string; index: number }[]
  >();
  readonly #there = new Set<string>();
  readonly #turns = new Map<number, { begin: number; deciding: number }>();
  readonly #memories = new Map<string, Map<string, Event>>();
  readonly #members = new Map<string, { node: string; member: string }[]>();
  #effects: Map<string, Event[]> | undefined;

  constructor(events: readonly Event[], changes: readonly Told[]) {
    this.events = events;
    for (const [at, event] of events.entries()) this.#byId.set(event.event_id, { event, at });
    for (const item of changes) {
      if ("changes" in item) this.#changed(item.changes, item.writes);
      else this.#assigned(item.assigned, item.writer);
    }
  }

  event(id: string): Event | undefined {
    return this.#byId.get(id)?.event;
  }

  at(event: Event): number {
    return this.#byId.get(event.event_id)?.at ?? -1;
  }

  causesOf(event: Event): Event[] {
    return (event.caused_by ?? []).flatMap((id) => this.event(id) ?? []);
  }

  /** The last time that who decides was made to sit out, or to decide again, before it decided in a turn. */
  lastPause({ agent_id, turn_number }: Event): Event | undefined {
    const asked = this.events.findIndex(
      (event) => event.event_type === "DECISION" && event.turn_number >= turn_number,
    );
    return this.lastPauseOf(agent_id, asked === -1 ? this.events.length : asked);
  }

  /** The last before a place in the log. */
  lastPauseOf(agentId: string | undefined, until: number): Event | undefined {
    return this.events
      .slice(0, until)
      .findLast(
        (event) => event.event_type === "SYSTEM" && event.subject_agent_id === agentId && isPause(event),
      );
  }

  /** What names an event as a cause. */
  effectsOf(event: Event): readonly Event[] {
    if (!this.#effects) {
      this.#effects = new Map();
      for (const effect of this.events) {
        for (const id of effect.caused_by ?? [])
          this.#effects.set(id, [...(this.#effects.get(id) ?? []), effect]);
      }
    }
    return this.#effects.get(event.event_id) ?? [];
  }

  /** Where a turn begins in the log, and where in it agents begin to decide. */
  turn(turn: number): { begin: number; deciding: number } {
    let found = this.#turns.get(turn);
    if (!found) {
      const begin = this.events.findIndex((event) => event.turn_number === turn);
      const deciding = this.events.findIndex((event, place) => place >= begin && isOfDeciding(event));
      found = { begin, deciding };
      this.#turns.set(turn, found);
    }
    return found;
  }

  /** Of each key of an agent's memory before a turn, the decision that wrote it last. */
  memoryWriters(agent: string, turn: number): Map<string, Event> {
    const known = this.#memories.get(`${turn} ${agent}`);
    if (known) return known;
    const writers = new Map<string, Event>();
    this.#memories.set(`${turn} ${agent}`, writers);
    for (const event of this.events) {
      if (event.event_type !== "DECISION" || event.agent_id !== agent || event.turn_number >= turn) continue;
      const { memory, forgotten } = event.details ?? {};
      const gone = Array.isArray(forgotten) ? forgotten : [];
      for (const key of [...Object.keys(memory ?? {}), ...gone.map(String)]) writers.set(key, event);
    }
    return writers;
  }

  /** What an event stands for, where it is named as the last write. */
  standsFor(
    event: Event,
  ): readonly { kind: "values" | "presence" | "wholes"; name: string; index: number }[] {
    return this.#stands.get(event) ?? [];
  }

  /** The versions of a member of a node, by its own comings and goings and by those of the node and of what it is in. */
  memberVersions(node: string, member: string): Version[] {
    const versions: Version[] = [];
    for (let at = node; at !== ""; at = at === AGENTS ? "" : parentOf(at)) {
      const wholes = (this.wholes.get(at) ?? []).map((version): Version => {
        const isThere = at === node && version.members?.has(member);
        return { ...version, content: isThere ? THERE : ABSENT };
      });
      if (at !== AGENTS || node === AGENTS) versions.unshift(...wholes);
    }
    // Who was there at set-up is known from one event, which stands for all of them.
    const setUp = node === AGENTS ? versions[0]?.at : undefined;
    const own = this.presence.get(below(node, member)) ?? [];
    versions.push(...own.filter(({ at }) => at !== setUp));
    return versions.sort((left, right) => left.at - right.at);
  }

  /** The members of a node, and of nodes below it, that ever were there. */
  membersBelow(node: string): { node: string; member: string }[] {
    const known = this.#members.get(node);
    if (known) return known;
    const names = new Set(this.presence.keys());
    for (const [at, wholes] of this.wholes) {
      for (const { members = [] } of wholes) for (const member of members) names.add(below(at, member));
    }
    const found = [...names]
      .map((name) => ({ node: parentOf(name), member: lastOf(name) }))
      .filter(({ node: parent }) => parent === node || (node !== AGENTS && isBelow(parent, node)));
    this.#members.set(node, found);
    return found;
  }

  #changed(changes: readonly VariableChange[], writes: readonly EventHandle[]): void {
    const whole = new Map<string, Version>();
    const isSetUp = this.values.size === 0;
    for (const [index, change] of changes.entries()) {
      const by = this.event(writes[index]?.event_id ?? "");
      if (!by) continue;
      const writer = this.event(by.caused_by?.[0] ?? "");
      const at = writer ? this.at(writer) : this.at(by);
      const name = nameOf(change.agent_id, change.variable_name);
      const isGone = change.change === "removed";
      const version = { at, writer, by };
      this.#put("values", name, { ...version, content: isGone ? ABSENT : JSON.stringify(change.new_value) });
      if (isGone) this.#there.delete(name);
      else this.#there.add(name);
      if (change.node === undefined) continue;
      const content = isGone ? ABSENT : THERE;
      const top = nameOf(change.agent_id, change.node);
      for (let node = name; node !== top; ) {
        node = parentOf(node);
        if (whole.has(node)) continue;
        whole.set(node, { ...version, content });
        if (isGone) this.#there.delete(node);
        else this.#there.add(node);
      }
      if (top === name || whole.get(top)?.by === by) this.#put("presence", top, { ...version, content });
      if (isSetUp && change.agent_id !== undefined && !whole.has(AGENTS))
        whole.set(AGENTS, { ...version, content });
    }
    for (const [node, version] of whole) this.#putWhole(node, version);
  }

  #assigned(assigned: readonly Assignment[], handle: EventHandle): void {
    const writer = this.event(handle.event_id ?? "");
    if (!writer) return;
    const version = { at: this.at(writer), writer, by: writer };
    for (const { isNode, isGone, ...assignment } of assigned) {
      const name = nameOf(assignment.agent_id, assignment.name);
      const content = isGone ? ABSENT : THERE;
      if (isNode) {
        if (isGone) this.#there.delete(name);
        else this.#there.add(name);
        this.#put("presence", name, { ...version, content });
        this.#putWhole(name, { ...version, content });
      } else {
        const before = this.values.get(name)?.at(-1)?.content ?? ABSENT;
        this.#put("values", name, { ...version, content: before });
      }
    }
  }

  #putWhole(node: string, version: Version): void {
    const members = new Set<string>();
    for (const name of this.#there) if (parentOf(name) === node) members.add(lastOf(name));
    this.#put("wholes", node, { ...version, members });
  }

  #put(kind: "values" | "presence" | "wholes", name: string, version: Version): void {
    const versions = this[kind].get(name) ?? [];
    this[kind].set(name, versions);
    const stands = this.#stands.get(version.by) ?? [];
    this.#stands.set(version.by, stands);
    stands.push({ kind, name, index: versions.push(version) - 1 });
  }
}

/** What agents do while they decide, when nothing changes. */
export function isOfDeciding(event: Event): boolean {
  if (event.event_type === "DECISION") return true;
  if (event.event_type === "DETAIL") return event.agent_id !== undefined;
  if (event.event_type !== "SYSTEM" || event.subject_agent_id === undefined) return false;
  const call: unknown = event.details?.call;
  return typeof call === "string" ? call.startsWith("agent ") : event.status === "failure";
}

/** `alice/box.a`; an agent's part is `alice/`, the world's `/`. */
export function nameOf(agentId: string | undefined, variable: string): string {
  return `${agentId ?? ""}/${variable}`;
}

function split(name: string): [part: string, variable: string] {
  const at = name.indexOf("/");
  return [name.slice(0, at + 1), name.slice(at + 1)];
}

function parentOf(name: string): string {
  const [part, variable] = split(name);
  return variable === "" ? (part === "/" ? "" : AGENTS) : `${part}${parentName(variable)}`;
}

function lastOf(name: string): string {
  const [part, variable] = split(name);
  return variable === "" ? part : keyText(keysIn(variable).at(-1) ?? "");
}

function isBelow(name: string, node: string): boolean {
  return name.startsWith(node.endsWith("/") ? node : `${node}.`);
}

function below(node: string, member: string): string {
  if (node === AGENTS) return member;
  return node.endsWith("/") ? `${node}${member}` : `${node}.${member}`;
}
