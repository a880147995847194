import { keyText, type VariableId } from "@llm-sim/events/naming";
import type { NodeView, Noise, Sight } from "../sight/index.ts";
import { isPlainObject, type PlainObject } from "../world/index.ts";
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

/** Where a node stands. */
interface At {
  writes: PartWrites;
  /** Empty for a part. */
  name: string;
  agentId: string | undefined;
  watching: SightedWatching;
}

/** What shows a node to who may see so much of it. */
export function nodeHandler(node: object, view: NodeView, at: At): SightedNode | NodeHandler {
  if (view.isClear) return new NodeHandler(node, at.writes, at.name, at.agentId, at.watching);
  return new SightedNode(isPlainObject(node) ? node : {}, view, at);
}

/** A node of which not all is visible, or not as it is. */
export class SightedNode extends LookHandler implements HandedOut {
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
export function noteSeen(
  node: PlainObject,
  view: NodeView,
  writes: PartWrites,
  name: string,
  noter: Noter,
): void {
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

export function revealNode(node: PlainObject, view: NodeView, at: At): void {
  const { writes, name, watching } = at;
  noteKeys(node, view, at);
  for (const [key, member] of Object.entries(view.seen(node) ?? UNSEEN)) {
    const inside = below(name, key);
    if (isPlainObject(member)) revealNode(Object(node[key]), view.child(key), { ...at, name: inside });
    else watching.frame.add(writes.value(inside));
  }
}

/** A copy of all that is visible, as it is seen. */
export function shownNode(node: PlainObject, view: NodeView, at: At): PlainObject {
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
