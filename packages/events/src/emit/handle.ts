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

  constructor(scope: EventHandle | undefined, explicit: Causes | undefined) {
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
    all.sort(byNearness);
    const distinct = all.filter((handle, index) => !sameEvent(handle, all[index - 1]));
    this.handles = distinct.length > MAX_CAUSES ? distinct.slice(0, MAX_CAUSES) : distinct;
    const cut = distinct.length - this.handles.length;
    this.omitted = short === undefined ? cut : leftOut(short, distinct.slice(MAX_CAUSES));
  }
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

/** A handle for an event that is not in the log: it stands for what would have been its causes. */
export function standIn(scope: EventHandle | undefined, explicit: Causes | undefined): EventHandle {
  const only = explicit instanceof EventHandle ? explicit : undefined;
  if (scope && (explicit === undefined || only === scope)) return scope;
  if (!scope && only) return only;
  const causes = new CauseSet(scope, explicit);
  const [first] = causes.handles;
  if (first && causes.handles.length === 1 && causes.omitted === 0) return first;
  return new EventHandle(undefined, 0, causes.handles, causes.omitted);
}
