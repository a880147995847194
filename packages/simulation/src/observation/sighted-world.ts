import { keyText, type VariableId } from "@llm-sim/events/naming";
import type { NodeView, Noise, Sight } from "../sight/index.ts";
import { isPlainObject, type PlainObject, shapedAs, type World } from "../world/index.ts";
import type { HandedOut } from "./frame.ts";
import type { Noter, PartWrites } from "./last-writes.ts";
import { isStructure, LookHandler, look } from "./look.ts";
import { NodeHandler, type Watching } from "./tracked-world.ts";

/** How a look notes what is read through it, where not everything may be seen. */
export interface SightedWatching extends Watching {
  /** Who looks. */
  self: string;
  sight: Sight;
  /** What is shown of a number that is seen with noise. */
  blur(variable: VariableId, value: unknown, noise: Noise): unknown;
}

/**
 * A look at the state that shows what may be seen of it: what may not is not there, and nothing that is asked about it is
 * a read. Where a node is there for what is visible in it, that is what a look at the node rests on.
 */
export function sightedWorld<W extends World>(world: W, watching: SightedWatching): W {
  const { sight, writes } = watching;
  let global: { part: object; look: object } | undefined;
  let agents: Record<string, object> | undefined;
  const sighted: World = {
    get global() {
      const part = world.global;
      if (global?.part !== part) {
        const handler = nodeHandler(part, sight.world, {
          writes: writes.part(undefined),
          name: "",
          agentId: undefined,
          watching,
        });
        global = { part, look: look(handler) };
      }
      return global.look;
    },
    get agents() {
      agents ??= look(new SightedAgents(world.agents, watching));
      return agents;
    },
  };
  return shapedAs<W>(sighted);
}

/** Where a node stands. */
interface At {
  writes: PartWrites;
  /** Empty for a part. */
  name: string;
  agentId: string | undefined;
  watching: SightedWatching;
}

function nodeHandler(node: object, view: NodeView, at: At): SightedNode | NodeHandler {
  if (view.isClear) return new NodeHandler(node, at.writes, at.name, at.agentId, at.watching);
  return new SightedNode(isPlainObject(node) ? node : {}, view, at);
}

/** The other agents of whom something is visible, by id. */
export function othersIn({ agents }: Pick<World, "agents">, watching: SightedWatching): object {
  return look(new SightedAgents(agents, watching, false));
}

/** The agents of whom something is visible, by id; the one who looks is always there to itself. */
class SightedAgents extends LookHandler<Record<string, object>> {
  readonly #watching: SightedWatching;
  readonly #hasSelf: boolean;
  readonly #parts = new Map<string, { part: object; handler: SightedNode | NodeHandler; look: object }>();

  /** @param hasSelf whether the one who looks is among them */
  constructor(agents: Record<string, object>, watching: SightedWatching, hasSelf = true) {
    super(agents);
    this.#watching = watching;
    this.#hasSelf = hasSelf;
  }

  override has(_: object, key: string | symbol): boolean {
    if (typeof key !== "string") return false;
    this.seeKey(key);
    return this.#isSeen(key) || key in Object.prototype;
  }

  override ownKeys(): string[] {
    this.seeKeys();
    return this.#visible();
  }

  override getOwnPropertyDescriptor(_: object, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key !== "string") return undefined;
    if (this.#isSeen(key)) return { get: () => this.read(key), enumerable: true, configurable: true };
    this.seeKey(key);
    return undefined;
  }

  protected override readOnly(key: string): Error {
    return this.#watching.readOnly?.(key) ?? super.readOnly(key);
  }

  protected override read(agentId: string): unknown {
    const { sight, self, frame, writes } = this.#watching;
    frame.check(agentId);
    const part = this.value[agentId];
    if (!part || !this.#isSeen(agentId)) {
      if (!(agentId in Object.prototype)) this.seeKey(agentId);
      return undefined;
    }
    let shown = this.#parts.get(agentId);
    if (shown?.part !== part) {
      const at = { writes: writes.part(agentId), name: "", agentId, watching: this.#watching };
      const handler = nodeHandler(part, sight.of(agentId, self), at);
      shown = { part, handler, look: look(handler) };
      this.#parts.set(agentId, shown);
    }
    if (agentId !== self) frame.handOut(shown.handler);
    return shown.look;
  }

  protected override seeKey(agentId: string): void {
    const { sight, self, frame } = this.#watching;
    frame.check(agentId);
    if (agentId !== self) this.#note(agentId, sight.of(agentId, self));
  }

  protected override seeKeys(): void {
    const { sight, self, frame, writes } = this.#watching;
    frame.check("agents");
    if (sight.reachesAnyone) writes.agents(frame);
    for (const agentId of sight.reachesAnyone ? Object.keys(this.value) : sight.namedAgents) {
      const view = sight.of(agentId, self);
      if (agentId !== self && !(view.isWhole && sight.reachesAnyone)) this.#note(agentId, view);
    }
  }

  protected override reveal(): void {
    this.seeKeys();
    const { sight, self, writes } = this.#watching;
    for (const agentId of this.#visible()) {
      const part = this.value[agentId];
      const at = { writes: writes.part(agentId), name: "", agentId, watching: this.#watching };
      if (isPlainObject(part)) revealNode(part, sight.of(agentId, self), at);
    }
  }

  protected override revealed(): object {
    const shown: Record<string, unknown> = {};
    const { sight, self, writes } = this.#watching;
    for (const agentId of this.#visible()) {
      const part = this.value[agentId];
      const at = { writes: writes.part(agentId), name: "", agentId, watching: this.#watching };
      if (isPlainObject(part)) shown[agentId] = shownNode(part, sight.of(agentId, self), at);
    }
    return shown;
  }

  #visible(): string[] {
    const { sight, self } = this.#watching;
    const ids = sight.reachesAnyone ? Object.keys(this.value) : [...new Set([self, ...sight.namedAgents])];
    return ids.filter((agentId) => this.#isSeen(agentId));
  }

  #isSeen(agentId: string): boolean {
    const part = this.value[agentId];
    if (!isPlainObject(part)) return false;
    const { sight, self } = this.#watching;
    if (agentId === self) return this.#hasSelf;
    return sight.of(agentId, self).seen(part) !== undefined;
  }

  /** Whether something of an agent is visible rests on that. */
  #note(agentId: string, view: NodeView): void {
    const { writes, frame } = this.#watching;
    const part = this.value[agentId];
    if (view.isBlind) return;
    if (view.isWhole || !isPlainObject(part)) writes.agent(agentId, frame);
    else noteSeen(part, view, writes.part(agentId), "", frame);
  }
}

/** A node of which not all is visible, or not as it is. */
class SightedNode extends LookHandler implements HandedOut {
  readonly #node: PlainObject;
  readonly #view: NodeView;
  readonly #at: At;
  readonly #nodes = new Map<string, { handler: SightedNode | NodeHandler; look: object }>();
  readIn = 0;
  #keysIn = 0;

  constructor(node: PlainObject, view: NodeView, at: At) {
    super(view.seen(node) ?? UNSEEN);
    this.#node = node;
    this.#view = view;
    this.#at = at;
  }

  notePresence(noter: Noter): void {
    const { writes, name, agentId, watching } = this.#at;
    if (this.#view.isWhole && name === "" && agentId !== undefined) watching.writes.agent(agentId, noter);
    else noteSeen(this.#node, this.#view, writes, name, noter);
  }

  protected override readOnly(key: string): Error {
    return this.#at.watching.readOnly?.(key) ?? super.readOnly(key);
  }

  protected override read(key: string): unknown {
    const member: unknown = Reflect.get(this.value, key);
    if (!Object.hasOwn(this.value, key)) {
      if (!(key in Object.prototype)) this.seeKey(key);
      return member;
    }
    this.#begin(key);
    const { writes, watching } = this.#at;
    if (isPlainObject(member)) {
      const node = this.#member(key);
      watching.frame.handOut(node.handler);
      return node.look;
    }
    watching.frame.add(writes.value(below(this.#at.name, key)));
    const shown = blurred(member, this.#view.child(key), below(this.#at.name, key), this.#at);
    return isStructure(shown) ? this.kept(shown) : shown;
  }

  protected override seeKey(key: string): void {
    if (this.#view.child(key).isBlind) return;
    this.#begin(key);
    const { writes, name, watching } = this.#at;
    noteMember(this.#node, key, this.#view.child(key), writes, name, watching.frame);
  }

  protected override seeMember(key: string): void {
    if (this.#keysIn !== this.#at.watching.frame.stamp) this.seeKey(key);
  }

  protected override seeKeys(): void {
    this.#begin("keys");
    this.#keysIn = this.#at.watching.frame.stamp;
    noteKeys(this.#node, this.#view, this.#at);
  }

  protected override reveal(): void {
    this.#begin("everything");
    revealNode(this.#node, this.#view, this.#at);
  }

  protected override revealed(): object {
    return shownNode(this.#node, this.#view, this.#at);
  }

  #member(key: string): { handler: SightedNode | NodeHandler; look: object } {
    let member = this.#nodes.get(key);
    if (!member) {
      const at = { ...this.#at, name: below(this.#at.name, key) };
      const handler = nodeHandler(Object(this.#node[key]), this.#view.child(key), at);
      member = { handler, look: look(handler) };
      this.#nodes.set(key, member);
    }
    return member;
  }

  #begin(key: string): void {
    this.#at.watching.frame.check(key);
    this.readIn = this.#at.watching.frame.stamp;
    this.#at.watching.frame.readOf?.(this.#at.writes);
  }
}

const UNSEEN: PlainObject = {};

function below(name: string, key: string): string {
  return name === "" ? keyText(key) : `${name}.${keyText(key)}`;
}

function blurred(
  value: unknown,
  { noise }: NodeView,
  variable_name: string,
  { agentId, watching }: At,
): unknown {
  return noise ? watching.blur({ agent_id: agentId, variable_name }, value, noise) : value;
}

/** What that a node is seen, or not, rests on: one variable that is visible in it or, where there is none, that there is none. */
function noteSeen(node: PlainObject, view: NodeView, writes: PartWrites, name: string, noter: Noter): void {
  if (view.isWhole) {
    writes.presence(name, true, noter);
    return;
  }
  const [first] = Object.keys(view.seen(node) ?? UNSEEN);
  if (first !== undefined) noteMember(node, first, view.child(first), writes, name, noter);
  else noteUnseen(node, view, writes, name, noter);
}

function noteUnseen(node: PlainObject, view: NodeView, writes: PartWrites, name: string, noter: Noter): void {
  for (const key of view.named) noteMember(node, key, view.child(key), writes, name, noter);
  if (!view.isOpen) return;
  writes.keys(name, noter);
  for (const [key, member] of Object.entries(node)) {
    if (!view.named.includes(key) && isPlainObject(member)) {
      noteUnseen(member, view.child(key), writes, below(name, key), noter);
    }
  }
}

/** What that a member is seen, or not, rests on. */
function noteMember(
  node: PlainObject,
  key: string,
  view: NodeView,
  writes: PartWrites,
  name: string,
  noter: Noter,
): void {
  const isThere = Object.hasOwn(node, key);
  const member = node[key];
  if (isThere && isPlainObject(member) && !view.isWhole) {
    noteSeen(member, view, writes, below(name, key), noter);
  } else writes.presence(below(name, key), isThere, noter);
}

/** What the keys of a node that are visible rest on. */
function noteKeys(node: PlainObject, view: NodeView, { writes, name, watching: { frame } }: At): void {
  if (view.isOpen) writes.keys(name, frame);
  for (const key of view.named) noteMember(node, key, view.child(key), writes, name, frame);
  if (view.isWhole || !view.isOpen) return;
  for (const [key, member] of Object.entries(node)) {
    if (view.named.includes(key) || !isPlainObject(member)) continue;
    noteSeen(member, view.child(key), writes, below(name, key), frame);
  }
}

function revealNode(node: PlainObject, view: NodeView, at: At): void {
  const { writes, name, watching } = at;
  noteKeys(node, view, at);
  for (const [key, member] of Object.entries(view.seen(node) ?? UNSEEN)) {
    const inside = below(name, key);
    if (isPlainObject(member)) revealNode(Object(node[key]), view.child(key), { ...at, name: inside });
    else watching.frame.add(writes.value(inside));
  }
}

/** A copy of all that is visible, as it is seen. */
function shownNode(node: PlainObject, view: NodeView, at: At): PlainObject {
  if (view.isClear) return node;
  const shown: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(view.seen(node) ?? UNSEEN)) {
    const inside = below(at.name, key);
    shown[key] = isPlainObject(member)
      ? shownNode(Object(node[key]), view.child(key), { ...at, name: inside })
      : blurred(member, view.child(key), inside, at);
  }
  return shown;
}
