import type { EventHandle } from "@llm-sim/events";
import { type Answer, after, failing, isThenable, lasting, takeOut } from "../answer/index.ts";
import type { World } from "../world/index.ts";
import { causesOf } from "./causes.ts";
import type { Course } from "./course.ts";
import type { EngineDraws } from "./engine-draws.ts";
import { HookReads } from "./hook-reads.ts";
import type { ReadableState } from "./readable-state.ts";

/** The hooks that may start rules, and the pieces of them: one in the other, each with what it read and draws from. */
export class Hooks {
  readonly #course: Course;
  readonly #draws: EngineDraws;
  readonly #readable: Pick<ReadableState<World>, "holding">;
  /** The hook, and the pieces of it that are going on, innermost last. */
  readonly #going: HookReads[] = [];

  constructor(course: Course, draws: EngineDraws, readable: Pick<ReadableState<World>, "holding">) {
    this.#course = course;
    this.#draws = draws;
    this.#readable = readable;
  }

  /** What is going on now: a hook, or the innermost piece of it. */
  get current(): HookReads | undefined {
    return this.#going.at(-1);
  }

  /** Whatever comes later in the hook rests on this, too: of pieces that wait at the same time it is not known which of them knows it. */
  add(cause: EventHandle): void {
    this.#going[0]?.frame.add(cause);
  }

  /** Runs a hook: what it reads outside of rules is behind all that comes after. */
  run<T>(name: string, body: () => Answer<T>): Answer<T> {
    const answer = this.#inside(new HookReads(name), () => this.#draws.hook(name, body));
    return after(answer, (result) => {
      if (this.#going.length > 0)
        throw new Error(`${name}: a piece of it (apart) goes on when it is over: await it`);
      return result;
    });
  }

  /** Runs a piece of a hook with reads and random numbers of its own. What it returns is carried out of it, and its reads too. */
  apart<T>(body: () => Answer<T>, key: string | undefined): Answer<T> {
    const around = this.current;
    if (!around)
      throw new Error("apart is for pieces of beforeTurn and afterActions, while they are going on");
    const piece = new HookReads("apart", around);
    const carryOut = () => {
      let outer = around;
      // A piece that was begun in another one may outlast it.
      while (outer.around && !this.#going.includes(outer)) outer = outer.around;
      for (const write of piece.frame.writes()) outer.frame.add(write);
    };
    let isAsync = false;
    const answer = this.#inside(piece, () =>
      this.#draws.piece(key, () => {
        const returned = body();
        isAsync = isThenable(returned);
        return returned;
      }),
    );
    return after(answer, (result) => {
      // While a piece waits, the hook around it may go on, and what that reads cannot be told from what the piece reads.
      if (result !== undefined || isAsync) carryOut();
      return result;
    });
  }

  #inside<T>(hook: HookReads, body: () => Answer<T>): Answer<T> {
    const course = this.#course;
    const fail = () => {
      if (!course.isOver)
        course.failing ??= [...causesOf(course.scope.cause), ...hook.carry(course.scope, course.stream)];
    };
    const leave = () => takeOut(this.#going, hook);
    this.#going.push(hook);
    return failing(() => lasting(() => this.#readable.holding(hook.frame, body), leave), fail);
  }
}
