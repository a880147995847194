import { MAX_CAUSES } from "../schema/index.ts";
import { type IdBlock, idText } from "./ulid.ts";

/**
 * Stands for an emitted event or, where it was not recorded (suppressed by the verbosity, dropped by a full queue),
 * for the events that caused it, so that no effect ever points at an event that is not in the log.
 */
export class EventHandle {
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
  /** @internal it says that a turn began, or the run: what else led to an event tells as much */
  isTurn = false;
  /** @internal of a recent event where the verbosity leaves out what others stand in for */
  causes: readonly EventHandle[] | undefined;

  /** @internal */
  constructor(block: IdBlock | undefined, counter: number, standsFor?: readonly EventHandle[], omitted = 0) {
    this.block = block;
    this.counter = counter;
    this.standsFor = standsFor;
    this.omitted = omitted;
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

/** Nearest first: the later event before the earlier one. */
function byNearness(left: EventHandle, right: EventHandle): number {
  return (right.block?.sequence ?? 0) - (left.block?.sequence ?? 0) || right.counter - left.counter;
}

function sameEvent(left: EventHandle, right: EventHandle | undefined): boolean {
  return left.block === right?.block && left.counter === right?.counter;
}

/** The recorded events behind several handles: each once, nearest first, at most as many as an event can hold. */
export class CauseSet {
  readonly handles: readonly EventHandle[];
  readonly omitted: number;

  constructor(scope: EventHandle | undefined, explicit: Causes | undefined, most: number) {
    const { distinct, short } = distinctOf(scope, explicit);
    const { kept, omitted } = cutTo(most, distinct, short);
    this.handles = kept;
    this.omitted = omitted;
  }
}

function distinctOf(
  scope: EventHandle | undefined,
  explicit: Causes | undefined,
): { distinct: EventHandle[]; short: readonly EventHandle[] } {
  const all: EventHandle[] = [];
  let short: EventHandle[] | undefined;
  const add = (handle: EventHandle) => {
    if (handle.block) all.push(handle);
    else if (handle.standsFor) {
      all.push(...handle.standsFor);
      if (handle.omitted > 0) short = [...(short ?? []), handle];
    }
  };
  if (scope) add(scope);
  if (explicit instanceof EventHandle) add(explicit);
  else if (explicit) for (const handle of explicit) add(handle);
  if (all.length > 1) all.sort(byNearness);
  return { distinct: all.filter((handle, index) => !sameEvent(handle, all[index - 1])), short: short ?? [] };
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

let trims = 0;

/**
 * What a stand-in keeps: the newest turn marker only, and nothing that another of its causes already has among its own.
 * Without it stand-ins of stand-ins gather whatever ever happened.
 */
function trimmed(distinct: readonly EventHandle[]): EventHandle[] {
  const mark = --trims; // below what anybody else marks with
  for (const { causes } of distinct) if (causes) for (const cause of causes) cause.mark = mark;
  let hasTurn = false;
  return distinct.filter((handle, index) => {
    if (handle.isTurn) {
      if (hasTurn) return false;
      hasTurn = true;
      return true;
    }
    return handle.mark !== mark || index === 0;
  });
}

/** A handle for an event that is not in the log: it stands for what would have been its causes. */
export function standIn(scope: EventHandle | undefined, explicit: Causes | undefined): EventHandle {
  const only = explicit instanceof EventHandle ? explicit : undefined;
  if (scope && (explicit === undefined || only === scope)) return scope;
  if (!scope && only) return only;
  const { distinct, short } = distinctOf(scope, explicit);
  // Where something was left out before, the list is full, and stays so: it is a gap, and looks like one.
  const kept = distinct.length > 1 && short.length === 0 ? trimmed(distinct) : distinct;
  const { kept: handles, omitted } = cutTo(MAX_CAUSES, kept, short);
  const [first] = handles;
  if (first && handles.length === 1 && omitted === 0) return first;
  return new EventHandle(undefined, 0, handles, omitted);
}
