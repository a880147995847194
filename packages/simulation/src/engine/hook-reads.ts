import type { EventHandle } from "@llm-sim/events";
import { Frame } from "../observation/index.ts";
import type { EmitScope, RunStream } from "../run-stream.ts";

/** At STATE, up to so many causes are repeated on each rule rather than carried by an event of their own, which costs ten. */
const REPEATED = 8;

/** What a hook read outside its rules: it is behind whatever comes after it in the hook. */
export class HookReads {
  readonly frame = new Frame();
  /** `beforeTurn`, `afterActions`, or `apart` of one of them. */
  readonly name: string;
  /** The hook of which this is a piece. */
  readonly around: HookReads | undefined;
  #carried: readonly EventHandle[] = [];
  #known = 0;

  constructor(name: string, around?: HookReads) {
    this.name = name;
    this.around = around;
  }

  /** The causes that carry all that was read so far. */
  carry(scope: EmitScope, stream: Pick<RunStream, "records">): readonly EventHandle[] {
    const around = this.around?.carry(scope, stream) ?? [];
    const writes = this.frame.writes();
    if (writes.length > this.#known) {
      const fresh = [...this.#carried, ...writes.slice(this.#known)];
      this.#known = writes.length;
      const isRepeated = stream.records("STATE") && !stream.records("DETAIL") && fresh.length <= REPEATED;
      this.#carried = isRepeated ? fresh : [this.#conditions(fresh, scope)];
    }
    return around.length === 0 ? this.#carried : [...around, ...this.#carried];
  }

  #conditions(causes: readonly EventHandle[], scope: EmitScope): EventHandle {
    return scope.detail(
      "conditions",
      { hook: this.name, read: causes.length },
      { caused_by: causes, details: { conditions: this.name } },
    );
  }
}
