import { keyText } from "@llm-sim/events/naming";
import type { PlainObject, World } from "../world/index.ts";
import { isPlainObject, shapedAs } from "../world/index.ts";
import type { HandedOut, ReadFrame } from "./frame.ts";
import type { LastWrites, Noter, PartWrites } from "./last-writes.ts";
import { isStructure, LookHandler, look } from "./look.ts";

/** How a look notes what is read through it. */
export interface Watching {
  writes: LastWrites;
  frame: ReadFrame;
  readOnly?: (key: string) => Error;
  /** Of whom it is no news that it is there. */
  self?: string | undefined;
}

/** A look at the state, that notes which variables are read through it. Parts are shown as they are when they are asked for. */
export function trackedWorld<W extends Pick<World, "global" | "agents">>(world: W, watching: Watching): W {
  return shapedAs<W>(look<World>(new WorldHandler(world, watching)));
}

/** The two parts of the state, looked at when they are asked for: many agents look at one of the two only. */
class WorldHandler extends LookHandler<World> {
  readonly #watching: Watching;
  #global: NodeHandler | undefined;
  #agents: object | undefined;

  constructor(world: World, watching: Watching) {
    super(world);
    this.#watching = watching;
  }

  protected override readOnly(key: string): Error {
    return this.#watching.readOnly?.(key) ?? super.readOnly(key);
  }

  protected override read(key: string): unknown {
    const watching = this.#watching;
    if (key === "agents") {
      this.#agents ??= look(new AgentsHandler(this.value.agents, watching));
      return this.#agents;
    }
    if (key !== "global") return Reflect.get(this.value, key);
    const part = this.value.global;
    if (this.#global?.value !== part) {
      this.#global = new NodeHandler(part, watching.writes.part(undefined), "", undefined, watching);
    }
    return this.#global.look;
  }

  protected override reveal(): void {
    const { writes, frame } = this.#watching;
    frame.check("everything");
    const { global, agents } = this.value;
    if (isPlainObject(global)) revealNode(global, writes.part(undefined), "", frame);
    revealAgents(agents, writes, frame);
  }
}

/** The agents by id. */
class AgentsHandler extends LookHandler<Record<string, object>> {
  readonly #watching: Watching;
  readonly #parts = new Map<string, NodeHandler>();

  constructor(agents: Record<string, object>, watching: Watching) {
    super(agents);
    this.#watching = watching;
  }

  protected override readOnly(key: string): Error {
    return this.#watching.readOnly?.(key) ?? super.readOnly(key);
  }

  protected override read(agentId: string): unknown {
    const { frame, self, writes } = this.#watching;
    frame.check(agentId);
    const part = this.value[agentId];
    if (!part) {
      if (!(agentId in Object.prototype)) this.seeKey(agentId);
      return undefined;
    }
    let shown = this.#parts.get(agentId);
    if (shown?.value !== part) {
      shown = new NodeHandler(part, writes.part(agentId), "", agentId, this.#watching);
      this.#parts.set(agentId, shown);
    }
    if (agentId !== self) frame.handOut(shown);
    return shown.look;
  }

  protected override seeKey(agentId: string): void {
    this.#watching.frame.check(agentId);
    this.#watching.writes.agent(agentId, this.#watching.frame);
  }

  protected override seeKeys(): void {
    this.#watching.frame.check("agents");
    this.#watching.writes.agents(this.#watching.frame);
  }

  protected override reveal(): void {
    this.#watching.frame.check("agents");
    revealAgents(this.value, this.#watching.writes, this.#watching.frame);
  }
}

/** A node of a part: the part itself, or an object inside it. */
export class NodeHandler extends LookHandler implements HandedOut {
  readonly #writes: PartWrites;
  /** Empty for the part itself. */
  readonly #name: string;
  readonly #agentId: string | undefined;
  readonly #watching: Watching;
  #nodes: Map<string, NodeHandler> | undefined;
  readonly look: object;
  readIn = 0;
  #keysIn = 0;

  constructor(
    value: object,
    writes: PartWrites,
    name: string,
    agentId: string | undefined,
    watching: Watching,
  ) {
    super(value);
    this.#writes = writes;
    this.#name = name;
    this.#agentId = agentId;
    this.#watching = watching;
    this.look = look(this);
  }

  notePresence(noter: Noter): void {
    if (this.#name !== "" || this.#agentId === undefined) this.#writes.presence(this.#name, true, noter);
    else this.#watching.writes.agent(this.#agentId, noter);
  }

  protected override readOnly(key: string): Error {
    return this.#watching.readOnly?.(key) ?? super.readOnly(key);
  }

  protected override read(key: string): unknown {
    const member: unknown = Reflect.get(this.value, key);
    const { frame } = this.#watching;
    if (typeof member !== "object" || member === null) {
      // What JSON does not have as a value is not there, or inherited.
      if (member === undefined || typeof member === "function") return this.#absent(key, member);
      this.#begin(key);
      frame.add(this.#writes.value(this.#below(key)));
      return member;
    }
    if (key === "__proto__") return member;
    this.#begin(key);
    if (isPlainObject(member)) {
      const node = this.#nodeOf(key, member);
      frame.handOut(node);
      return node.look;
    }
    frame.add(this.#writes.value(this.#below(key)));
    // An array is one variable: with it all that is in it has been read.
    return isStructure(member) ? this.kept(member) : member;
  }

  #absent(key: string, inherited: unknown): unknown {
    if (!(key in Object.prototype)) this.seeKey(key);
    return inherited;
  }

  #nodeOf(key: string, member: object): NodeHandler {
    this.#nodes ??= new Map();
    let node = this.#nodes.get(key);
    if (!node) {
      node = new NodeHandler(member, this.#writes, this.#below(key), this.#agentId, this.#watching);
      this.#nodes.set(key, node);
    }
    return node;
  }

  /** Whether there is such a member: the answer came with its last write, or with the coming or going of its node. */
  protected override seeKey(key: string): void {
    this.#begin(key);
    this.#writes.presence(this.#below(key), Object.hasOwn(this.value, key), this.#watching.frame);
  }

  protected override seeMember(key: string): void {
    // Whoever asked for all keys knows.
    if (this.#keysIn !== this.#watching.frame.stamp) this.seeKey(key);
  }

  protected override seeKeys(): void {
    this.#begin("keys");
    this.#keysIn = this.#watching.frame.stamp;
    this.#writes.keys(this.#name, this.#watching.frame);
  }

  protected override reveal(): void {
    this.#begin("everything");
    const { value } = this;
    if (isPlainObject(value)) revealNode(value, this.#writes, this.#name, this.#watching.frame);
  }

  #begin(key: string): void {
    this.#watching.frame.check(key);
    this.readIn = this.#watching.frame.stamp;
    this.#watching.frame.readOf?.(this.#writes);
  }

  #below(key: string): string {
    return this.#name === "" ? keyText(key) : `${this.#name}.${keyText(key)}`;
  }
}

function revealAgents(agents: Record<string, object>, writes: LastWrites, frame: ReadFrame): void {
  writes.agents(frame);
  for (const [agentId, part] of Object.entries(agents)) {
    if (isPlainObject(part)) revealNode(part, writes.part(agentId), "", frame);
  }
}

function revealNode(node: PlainObject, writes: PartWrites, name: string, frame: ReadFrame): void {
  frame.readOf?.(writes);
  writes.keys(name, frame);
  for (const [key, member] of Object.entries(node)) {
    const below = name === "" ? keyText(key) : `${name}.${keyText(key)}`;
    if (isPlainObject(member)) revealNode(member, writes, below, frame);
    else frame.add(writes.value(below));
  }
}
