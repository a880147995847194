import { MAX_CAUSES } from "../schema/index.ts";
import { type IdBlock, idText } from "./ulid.ts";

/**
 * Stands for an emitted event or, where it was not recorded (suppressed by the verbosity, dropped by a full queue),
 * for the events that caused it, so that no effect ever points at an event that is not in the log.
 */
export class EventHandle {
  /**
   * Stands for no event: what takes causes takes it, and has none from it.
   *
   *     const cause = isKnown ? stream.decision("alice", "trade") : EventHandle.none;
   *     stream.action("alice", "buy", { amount: 3 }, { caused_by: cause });
   */
  static readonly none: EventHandle = new EventHandle(undefined, 0);

  /** Only what was made here is a handle; an object with the same members is none. */
  declare protected readonly isMadeByEmitting: true;
  /** @internal */ readonly block: IdBlock | undefined;
  /** @internal */ readonly counter: number;
  /** @internal the recorded events this one stands for where it is not recorded itself, nearest first */
  readonly standsFor: readonly EventHandle[] | undefined;
  /** @internal causes past the most an event can hold */
  readonly omitted: number;
  /** @internal whoever collects handles leaves a mark of its own on each that it has, in place of looking through them */
  mark = 0;
  /** @internal of a STATE event */
  variable: string | undefined;
  /** @internal `"turn"` says that a turn began, or the run: what else led to an event tells as much */
  role: "turn" | "decision" | undefined;
  /** @internal of a recent event where the verbosity leaves out what others stand in for */
  causes: readonly EventHandle[] | undefined;

  private constructor(
    block: IdBlock | undefined,
    counter: number,
    standsFor?: readonly EventHandle[],
    omitted = 0,
  ) {
    this.block = block;
    this.counter = counter;
    this.standsFor = standsFor;
    this.omitted = omitted;
  }

  /** @internal */
  static of(block: IdBlock, counter: number): EventHandle {
    return new EventHandle(block, counter);
  }

  /** @internal */
  static standingFor(events: readonly EventHandle[], omitted: number): EventHandle {
    return new EventHandle(undefined, 0, events, omitted);
  }

  /**
   * The recorded event this handle stands for: the emitted one or, where that was suppressed or dropped and had one cause,
   * its cause (no handle is made for a suppressed event). `undefined` where it stands for several, or for none.
   */
  get event_id(): string | undefined {
    return this.block && idText(this.block, this.counter);
  }

  /** Ids of the recorded events this handle stands for, nearest first. */
  get event_ids(): string[] {
    if (this.block) return [idText(this.block, this.counter)];
    return (this.standsFor ?? []).flatMap((handle) => handle.event_ids);
  }
}

/** What `caused_by` takes. */
export type Causes = EventHandle | readonly EventHandle[];

/**
 * Marks a handle, for who collects handles, in place of looking through those it has: `false` where `mark` was the last that it
 * was given. A collection's mark is a number above 0 that no other collection in this process has.
 */
export function markOnce(handle: EventHandle, mark: number): boolean {
  if (handle.mark === mark) return false;
  handle.mark = mark;
  return true;
}

/** Nearest first: the later event before the earlier one. */
function byNearness(left: EventHandle, right: EventHandle): number {
  return (right.block?.sequence ?? 0) - (left.block?.sequence ?? 0) || right.counter - left.counter;
}

function sameEvent(left: EventHandle, right: EventHandle): boolean {
  return left.block === right.block && left.counter === right.counter;
}

/** The recorded events behind several handles: each once, nearest first, at most as many as an event can hold. */
export class CauseSet {
  readonly handles: readonly EventHandle[];
  readonly omitted: number;

  constructor(scope: EventHandle | undefined, explicit: Causes | undefined, most: number) {
    const { distinct, short } = new Gathering(scope, explicit);
    const { kept, omitted } = cutTo(most, distinct, short);
    this.handles = kept;
    this.omitted = omitted;
  }
}

/** Of marks that others leave on handles, none is below 0. */
let marks = 0;

/** The recorded events behind several handles, each once, nearest first. */
class Gathering {
  readonly distinct: EventHandle[] = [];
  /** The stand-ins among them that had left some out before. */
  short: readonly EventHandle[] = NONE;
  readonly #mark = --marks;

  constructor(scope: EventHandle | undefined, explicit: Causes | undefined) {
    if (scope) this.#add(scope);
    if (explicit instanceof EventHandle) this.#add(explicit);
    else if (explicit) for (const handle of explicit) this.#add(handle);
    sortByNearness(this.distinct);
  }

  #add(handle: EventHandle): void {
    if (handle.block) this.#take(handle);
    else if (handle.standsFor) {
      for (const event of handle.standsFor) this.#take(event);
      if (handle.omitted > 0) this.short = [...this.short, handle];
    }
  }

  #take(event: EventHandle): void {
    if (markOnce(event, this.#mark)) this.distinct.push(event);
  }
}

const NONE: readonly EventHandle[] = [];
// Measured on Node 20: up to here insertion is faster than a call into the runtime.
const INSERTION_LENGTH = 24;

/** In place; one of two handles for the same event goes (of an event of an earlier session each reader has its own). */
function sortByNearness(handles: EventHandle[]): void {
  if (handles.length > INSERTION_LENGTH) handles.sort(byNearness);
  else
    for (let index = 1; index < handles.length; index++) {
      const handle = handles[index];
      if (!handle) continue;
      let at = index;
      for (let before = handles[at - 1]; before && byNearness(before, handle) > 0; before = handles[at - 1])
        handles[at--] = before;
      handles[at] = handle;
    }
  let kept = 0;
  let last: EventHandle | undefined;
  for (const handle of handles) {
    if (last && sameEvent(handle, last)) continue;
    handles[kept++] = handle;
    last = handle;
  }
  handles.length = kept;
}

/** At most so many, and how many more there are at least, `short` being the stand-ins that had left some out before. */
function cutTo(
  most: number,
  distinct: readonly EventHandle[],
  short: readonly EventHandle[],
): { kept: readonly EventHandle[]; omitted: number } {
  if (distinct.length <= most) return { kept: distinct, omitted: leftOut(short, []) };
  const kept = chosen(distinct, most);
  const taken = new Set(kept);
  return {
    kept,
    omitted: leftOut(
      short,
      distinct.filter((handle) => !taken.has(handle)),
    ),
  };
}

/**
 * How many causes are missing at least, where stand-ins had left some out before. Those of several may be the same, and what
 * is cut now may have been left out then; only what is nearer than the last that a stand-in kept it cannot have left out.
 */
function leftOut(standIns: readonly EventHandle[], cut: readonly EventHandle[]): number {
  return standIns.reduce((most, { omitted, standsFor = [] }) => {
    const last = standsFor.at(-1);
    const isNews = (handle: EventHandle) => last === undefined || byNearness(handle, last) <= 0;
    return Math.max(most, omitted + cut.filter(isNews).length);
  }, cut.length);
}

/** One write of each variable name first, then the nearest: a thousand agents' moods must not push out the price. */
function chosen(distinct: readonly EventHandle[], most: number): EventHandle[] {
  const names = new Set<string>();
  const first = distinct.filter(({ variable }) => {
    if (variable === undefined || names.has(variable)) return false;
    names.add(variable);
    return true;
  });
  const taken = new Set(first.slice(0, most));
  for (const handle of distinct) {
    if (taken.size >= most) break;
    taken.add(handle);
  }
  return distinct.filter((handle) => taken.has(handle));
}

/**
 * What a stand-in keeps: the newest turn marker only, and nothing that another of its causes already has among its own, or
 * the decision behind that one has. Without it stand-ins of stand-ins gather whatever ever happened.
 */
function trimmed(distinct: readonly EventHandle[]): EventHandle[] {
  const mark = --marks;
  for (const { causes } of distinct) {
    if (!causes) continue;
    for (const cause of causes) {
      cause.mark = mark;
      if (cause.role === "decision" && cause.causes) for (const behind of cause.causes) behind.mark = mark;
    }
  }
  let hasTurn = false;
  return distinct.filter((handle, index) => {
    if (handle.role === "turn") {
      if (hasTurn) return false;
      hasTurn = true;
      return true;
    }
    return handle.mark !== mark || index === 0;
  });
}

/** A handle for an event that is not in the log: it stands for what would have been its causes. */
export function standIn(
  scope: EventHandle | undefined,
  explicit: Causes | undefined,
  most = MAX_CAUSES,
): EventHandle {
  const only = explicit instanceof EventHandle ? explicit : undefined;
  if (scope && (explicit === undefined || only === scope)) return scope;
  if (!scope && only) return only;
  const turn = newestTurn(scope, explicit);
  if (turn) return turn;
  const { distinct, short } = new Gathering(scope, explicit);
  // Where something was left out before, the list is full, and stays so: it is a gap, and looks like one.
  const kept = distinct.length > 1 && short.length === 0 ? trimmed(distinct) : distinct;
  const { kept: handles, omitted } = cutTo(most, kept, short);
  const [first] = handles;
  if (first && handles.length === 1 && omitted === 0) return first;
  return EventHandle.standingFor(handles, omitted);
}

/** Where there is nothing but turn markers, as in a log of milestones, the newest is what a stand-in comes to. */
function newestTurn(scope: EventHandle | undefined, explicit: Causes | undefined): EventHandle | undefined {
  let newest = scope;
  if (newest && newest.role !== "turn") return undefined;
  for (const handle of explicit instanceof EventHandle ? [explicit] : (explicit ?? NONE)) {
    if (handle.role !== "turn") return undefined;
    if (!newest || byNearness(handle, newest) < 0) newest = handle;
  }
  return newest;
}
