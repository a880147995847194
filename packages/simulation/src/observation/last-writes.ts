import type { EventHandle } from "@llm-sim/events";
import { keysIn, keyText, parentName } from "@llm-sim/events/naming";
import * as z from "zod";
import type { HandleTable, NumberedHandles } from "../handles/index.ts";
import type { Assignment, VariableChange } from "../world/index.ts";

const orderSchema = z.int().min(0);

/** What the writes of one part are of; those of many agents are of the same. */
const partShapeSchema = z.object({
  order: orderSchema,
  variables: z.array(z.string()),
  nodes: z.array(z.tuple([z.string(), orderSchema])),
  members: z.array(z.tuple([z.string(), orderSchema, z.boolean()])),
});

/** Last writes as a checkpoint keeps them, handles by number. */
export const keptWritesSchema = z.object({
  /** The agent (`null`: the world), the number of its shape, and the handles of its variables, nodes and members. */
  parts: z.array(z.tuple([z.string().nullable(), z.int()], z.int())),
  agents: z.array(z.tuple([z.string(), z.int()])),
  set_up: z.int(),
});
export type KeptWrites = z.infer<typeof keptWritesSchema>;

/** Is told of the events that wrote what is read. */
export interface Noter {
  add(write: EventHandle | undefined): void;
}

interface NodeWrite {
  write: EventHandle;
  /** Later writes have higher ones. */
  order: number;
}

interface MemberWrite extends NodeWrite {
  isGone: boolean;
}

const NONE: readonly never[] = [];

/** Of members that went, so many are remembered for each node: the latest. */
const MAX_GONE = 64;

/** The last writes of one part of the state: the world's, or an agent's. */
export class PartWrites {
  /** Of each variable, come or gone. */
  readonly #variables = new Map<string, EventHandle>();
  /** Of each node above variables, when it came, went or was assigned as a whole; `""` is the part. */
  readonly #nodes = new Map<string, NodeWrite>();
  /** Of each node, its members that came or went by themselves. */
  readonly #members = new Map<string, Members>();
  #order = 0;

  /** Whether it ever was there. */
  get isKnown(): boolean {
    return this.#nodes.size > 0;
  }

  /** @returns the number of its shape, and its handles */
  kept(table: HandleTable): [shape: number, ...handles: number[]] {
    const members = [...this.#members.values()].flatMap((those) => [...those.named()]);
    const shape = table.shape({
      order: this.#order,
      variables: [...this.#variables.keys()],
      nodes: Array.from(this.#nodes, ([name, { order }]) => [name, order]),
      members: members.map(([name, { order, isGone }]) => [name, order, isGone]),
    });
    const handles: number[] = [];
    for (const write of this.#variables.values()) handles.push(table.numberOf(write));
    for (const { write } of this.#nodes.values()) handles.push(table.numberOf(write));
    for (const [, { write }] of members) handles.push(table.numberOf(write));
    return [shape, ...handles];
  }

  /** Goes on from what was kept. */
  goOn([shape, ...handles]: readonly [number, ...number[]], numbered: NumberedHandles): void {
    const { order, variables, nodes, members } = partShapeSchema.parse(numbered.shape(shape));
    let at = 0;
    const each = <T>(items: readonly T[], take: (item: T, write: EventHandle) => void) => {
      for (const item of items) {
        const write = numbered.at(handles[at++] ?? 0);
        if (write) take(item, write);
      }
    };
    each(variables, (name, write) => this.#variables.set(name, write));
    each(nodes, ([name, nodeOrder], write) => this.#nodes.set(name, { write, order: nodeOrder }));
    each(members, ([name, memberOrder, isGone], write) =>
      this.#membersOf(parentName(name)).set(name, { write, order: memberOrder, isGone }),
    );
    this.#order = order;
  }

  #membersOf(parent: string): Members {
    let members = this.#members.get(parent);
    if (!members) {
      members = new Members();
      this.#members.set(parent, members);
    }
    return members;
  }

  /** Whose last write gave the variable its value. */
  value(name: string): EventHandle | undefined {
    return this.#variables.get(name);
  }

  /** What a look at whether there is such a variable or node reveals. */
  presence(name: string, isThere: boolean, noter: Noter): void {
    const variable = this.#variables.get(name);
    if (variable) noter.add(variable);
    // What is not there may be so since something above it went; a node that is there may have come with one above it.
    if (!variable || !isThere) noter.add(this.#latestOf(name)?.write);
  }

  /** What a look at a node's keys reveals. */
  keys(name: string, noter: Noter): void {
    const own = this.#latestOf(name);
    noter.add(own?.write);
    for (const { write, order } of this.#members.get(name)?.writes() ?? NONE) {
      if (order > (own?.order ?? 0)) noter.add(write);
    }
  }

  setVariable(name: string, write: EventHandle): void {
    this.#variables.set(name, write);
  }

  setNode(name: string, write: EventHandle): void {
    this.#nodes.set(name, { write, order: ++this.#order });
    this.#members.delete(name);
  }

  /** That something came right below a node, or went from there. */
  setMember(name: string, write: EventHandle, isGone: boolean): void {
    this.#membersOf(parentName(name)).set(name, { write, order: ++this.#order, isGone });
  }

  /**
   * The nodes from `top` down to what `name` lies in would have come or gone, and did not.
   *
   * @param isComing they would have come: they are not there
   */
  withholdNodes(
    top: string,
    name: string,
    isComing: boolean,
    joined: (write: EventHandle | undefined) => EventHandle,
  ): void {
    for (let at = name; ; at = parentName(at)) {
      // As late as what it stands beside: what is below a node that stays keeps its place.
      const latest = this.#latestOf(at);
      const order = latest?.order ?? 0;
      if (at !== name || !this.#variables.has(at))
        this.#nodes.set(at, { write: joined(latest?.write), order });
      if (at === top || at === "") break;
    }
    if (top === "") return;
    const members = this.#membersOf(parentName(top));
    members.set(top, { write: joined(members.write(top)), order: ++this.#order, isGone: isComing });
  }

  /** The latest write of the node, or of one above it. */
  #latestOf(name: string): NodeWrite | undefined {
    let latest = this.#nodes.get(name);
    for (let at = name; at !== ""; ) {
      at = parentName(at);
      const above = this.#nodes.get(at);
      if (above && (!latest || above.order > latest.order)) latest = above;
    }
    return latest;
  }
}

/** The members of one node that came or went by themselves, the latest last. */
class Members {
  readonly #byName = new Map<string, MemberWrite>();
  #gone = 0;

  named(): Iterable<[name: string, write: MemberWrite]> {
    return this.#byName;
  }

  writes(): Iterable<MemberWrite> {
    return this.#byName.values();
  }

  write(name: string): EventHandle | undefined {
    return this.#byName.get(name)?.write;
  }

  set(name: string, write: MemberWrite): void {
    if (this.#byName.get(name)?.isGone) this.#gone--;
    this.#byName.delete(name);
    this.#byName.set(name, write);
    if (write.isGone && ++this.#gone > MAX_GONE) this.#forgetOldest();
  }

  #forgetOldest(): void {
    for (const [name, { isGone }] of this.#byName) {
      if (!isGone) continue;
      this.#byName.delete(name);
      this.#gone--;
      return;
    }
  }
}

/** For each variable and node the event that wrote it last, so that who reads it is caused by that. */
export class LastWrites {
  readonly #parts = new Map<string | undefined, PartWrites>();
  /** When each agent last came or went, where that was not at set-up. */
  readonly #agents = new Map<string, EventHandle>();
  #setUp: EventHandle | undefined;

  /** The first state: every variable, with the event that added it. */
  begin(changes: readonly VariableChange[], writes: readonly EventHandle[]): void {
    this.record(changes, writes);
    this.#agents.clear();
    this.#setUp = writes[changes.findIndex(({ agent_id }) => agent_id !== undefined)];
  }

  kept(table: HandleTable): KeptWrites {
    return {
      parts: Array.from(this.#parts, ([agentId, part]) => [agentId ?? null, ...part.kept(table)]),
      agents: Array.from(this.#agents, ([agentId, write]) => [agentId, table.numberOf(write)]),
      set_up: table.numberOf(this.#setUp),
    };
  }

  /** Goes on from what was kept. */
  goOn({ parts, agents, set_up }: KeptWrites, numbered: NumberedHandles): void {
    for (const [agentId, ...kept] of parts) this.part(agentId ?? undefined).goOn(kept, numbered);
    for (const [agentId, number] of agents) {
      const write = numbered.at(number);
      if (write) this.#agents.set(agentId, write);
    }
    this.#setUp = numbered.at(set_up);
  }

  /** Of variables only, for who asks for one by its name: as long as what is read leads nowhere, nobody asks for nodes. */
  recordVariables(changes: readonly VariableChange[], writes: readonly EventHandle[]): void {
    changes.forEach(({ agent_id, variable_name }, index) => {
      const write = writes[index];
      if (write) this.part(agent_id).setVariable(variable_name, write);
    });
  }

  record(changes: readonly VariableChange[], writes: readonly EventHandle[]): void {
    let last: VariableChange | undefined;
    let part: PartWrites | undefined;
    for (let index = 0; index < changes.length; index++) {
      const [change, write] = [changes[index], writes[index]];
      if (!change || !write) return;
      const { agent_id, variable_name, node } = change;
      // Most writes of an effect are of one part.
      if (!part || last?.agent_id !== agent_id) part = this.part(agent_id);
      part.setVariable(variable_name, write);
      if (node !== undefined) this.#recordNodes(change, write, last);
      last = change;
    }
  }

  /**
   * Of a variable that came or went with a node, the nodes from that one down to it: the first of the writes below a node stands
   * for its coming or going.
   */
  #recordNodes(change: VariableChange, write: EventHandle, last: VariableChange | undefined): void {
    const { agent_id, variable_name: name, node = "" } = change;
    const isSame = last?.node === node && last.agent_id === agent_id && last.change === change.change;
    const known = isSame ? last.variable_name : "";
    if (!isSame) this.#setNode(agent_id, node, write, node === name, change.change === "removed");
    if (node === name || parentName(name) === node) return;
    const part = this.part(agent_id);
    let below = "";
    for (const key of keysIn(name).slice(0, -1)) {
      below = below === "" ? keyText(key) : `${below}.${keyText(key)}`;
      if (below.length > node.length && !known.startsWith(`${below}.`)) part.setNode(below, write);
    }
  }

  /** What was assigned without a change of its own to tell of it: by the action or the rule that did. */
  assign(assigned: readonly Assignment[], writer: EventHandle): void {
    for (const { agent_id, name, isNode, isGone } of assigned) {
      if (isNode) this.#setNode(agent_id, name, writer, false, isGone);
      else this.part(agent_id).setVariable(name, writer);
    }
  }

  /**
   * What would have been written and was not: that things are as they are is known from what they were written by, and from what
   * was left out.
   *
   * @param joined stands for what was left out and, where there is one, a write
   */
  withhold(
    changes: readonly VariableChange[],
    assigned: readonly Assignment[],
    joined: (write: EventHandle | undefined) => EventHandle,
  ): void {
    for (const { agent_id, variable_name, change, node } of changes) {
      const part = this.part(agent_id);
      part.setVariable(variable_name, joined(part.value(variable_name)));
      if (node === undefined) continue;
      part.withholdNodes(node, variable_name, change === "added", joined);
      if (node === "" && agent_id !== undefined)
        this.#agents.set(agent_id, joined(this.#agents.get(agent_id) ?? this.#setUp));
    }
    for (const { agent_id, name, isNode } of assigned) {
      const part = this.part(agent_id);
      if (isNode) part.withholdNodes(name, name, false, joined);
      else part.setVariable(name, joined(part.value(name)));
    }
  }

  #setNode(
    agentId: string | undefined,
    node: string,
    write: EventHandle,
    isVariable: boolean,
    isGone: boolean,
  ): void {
    const part = this.part(agentId);
    if (!isVariable) part.setNode(node, write);
    if (node !== "") part.setMember(node, write, isGone);
    else if (agentId !== undefined) this.#agents.set(agentId, write);
  }

  /** Of an agent's part, or of the world's (`undefined`). */
  part(agentId: string | undefined): PartWrites {
    let part = this.#parts.get(agentId);
    if (!part) {
      part = new PartWrites();
      this.#parts.set(agentId, part);
    }
    return part;
  }

  /** What a look at which agents there are reveals. */
  agents(noter: Noter): void {
    noter.add(this.#setUp);
    for (const write of this.#agents.values()) noter.add(write);
  }

  /** What a look at whether there is such an agent reveals. */
  agent(agentId: string, noter: Noter): void {
    const own = this.#agents.get(agentId);
    if (own) noter.add(own);
    else if (this.#parts.get(agentId)?.isKnown) this.part(agentId).presence("", true, noter);
    else noter.add(this.#setUp);
  }
}
