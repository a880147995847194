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
  /** Refuses what comes too late. */
  check?: (key: string) => void;
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
  #global: { part: object; look: object } | undefined;
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
    if (this.#global?.part !== part) {
      const handler = new NodeHandler(part, watching.writes.part(undefined), "", undefined, watching);
      this.#global = { part, look: look(handler) };
    }
    return this.#global.look;
  }

  protected override reveal(): void {
    const { writes, frame, check } = this.#watching;
    check?.("everything");
    const { global, agents } = this.value;
    if (isPlainObject(global)) revealNode(global, writes.part(undefined), "", frame);
    revealAgents(agents, writes, frame);
  }
}

/** The agents by id. */
class AgentsHandler extends LookHandler<Record<string, object>> {
  readonly #watching: Watching;
  readonly #parts = new Map<string, { part: object; handler: NodeHandler; look: object }>();

  constructor(agents: Record<string, object>, watching: Watching) {
    super(agents);
    this.#watching = watching;
  }

  protected override readOnly(key: string): Error {
    return this.#watching.readOnly?.(key) ?? super.readOnly(key);
  }

  protected override read(agentId: string): unknown {
    this.#watching.check?.(agentId);
    const part = this.value[agentId];
    if (!part) {
      if (!(agentId in Object.prototype)) this.seeKey(agentId);
      return undefined;
    }
    let shown = this.#parts.get(agentId);
    if (shown?.part !== part) {
      const writes = this.#watching.writes.part(agentId);
      const handler = new NodeHandler(part, writes, "", agentId, this.#watching);
      shown = { part, handler, look: look(handler) };
      this.#parts.set(agentId, shown);
    }
    if (agentId !== this.#watching.self) this.#watching.frame.handOut(shown.handler);
    return shown.look;
  }

  protected override seeKey(agentId: string): void {
    this.#watching.check?.(agentId);
    this.#watching.writes.agent(agentId, this.#watching.frame);
  }

  protected override seeKeys(): void {
    this.#watching.check?.("agents");
    this.#watching.writes.agents(this.#watching.frame);
  }

  protected override reveal(): void {
    this.#watching.check?.("agents");
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
  #nodes: Map<string, { handler: NodeHandler; look: object }> | undefined;
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
  }

  notePresence(noter: Noter): void {
    if (this.#name !== "" || this.#agentId === undefined) this.#writes.presence(this.#name, true, noter);
    else this.#watching.writes.agent(this.#agentId, noter);
  }

  protected override readOnly(key: string): Error {
    return this.#watching.readOnly?.(key) ?? super.readOnly(key);
  }

  protected override read(key: string): unknown {
    const { frame } = this.#watching;
    const member: unknown = Reflect.get(this.value, key);
    if (!Object.hasOwn(this.value, key)) {
      if (!(key in Object.prototype)) this.seeKey(key);
      return member;
    }
    this.#begin(key);
    if (isPlainObject(member)) {
      this.#nodes ??= new Map();
      let node = this.#nodes.get(key);
      if (!node) {
        const handler = new NodeHandler(
          member,
          this.#writes,
          this.#below(key),
          this.#agentId,
          this.#watching,
        );
        node = { handler, look: look(handler) };
        this.#nodes.set(key, node);
      }
      frame.handOut(node.handler);
      return node.look;
    }
    frame.add(this.#writes.value(this.#below(key)));
    // An array is one variable: with it all that is in it has been read.
    return isStructure(member) ? this.kept(member, () => new LookHandler(member)) : member;
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
    this.#watching.check?.(key);
    this.readIn = this.#watching.frame.stamp;
    this.#writes.readIn = this.readIn;
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
  writes.readIn = frame.stamp;
  writes.keys(name, frame);
  for (const [key, member] of Object.entries(node)) {
    const below = name === "" ? keyText(key) : `${name}.${keyText(key)}`;
    if (isPlainObject(member)) revealNode(member, writes, below, frame);
    else frame.add(writes.value(below));
  }
}
