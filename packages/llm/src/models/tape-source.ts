import type { Coordinate } from "@llm-sim/events/tape/schema";
import { AskError } from "@llm-sim/simulation";
import type { AnswersOnTape } from "./answers-on-tape.ts";
import type { AskedRequest } from "./asked-request.ts";
import type { LiveSource } from "./live-source.ts";
import type { AskOptions, Source, Sourced } from "./source.ts";

/** A tape, and behind it a model, or nothing. */
export class TapeSource implements Source {
  readonly #answers: AnswersOnTape;
  readonly #live: LiveSource | undefined;
  readonly #hint: string | undefined;
  readonly #mayAsk: () => boolean;
  readonly withoutSecrets: (text: string) => string;

  failure: Error | undefined;

  /**
   * @param hint what to do about a call that the tape does not have, where there is no going on without
   * @param mayAsk whether the model behind the tape may be asked by now
   */
  constructor(
    answers: AnswersOnTape,
    live: LiveSource | undefined,
    withoutSecrets: (text: string) => string,
    hint?: string,
    mayAsk: () => boolean = () => true,
  ) {
    this.#mayAsk = mayAsk;
    this.#answers = answers;
    this.#live = live;
    this.withoutSecrets = withoutSecrets;
    this.#hint = hint;
  }

  async attempt(coordinate: Coordinate, request: AskedRequest, options: AskOptions): Promise<Sourced> {
    const found = await this.#answers.find(coordinate, request);
    if (found) return { result: found.entry.result, from: "tape", coordinate: found.coordinate };
    const live = this.#mayAsk() ? this.#live : undefined;
    const reason = await this.#answers.miss(coordinate, request, live === undefined);
    if (!live) {
      const hint = this.#hint === undefined ? "" : `; ${this.#hint}`;
      const error = new AskError("NOT_ON_TAPE", `${reason}${hint} (${this.#answers.file})`);
      if (this.#hint !== undefined) this.failure ??= error;
      throw error;
    }
    const asked = this.#answers.coordinateOf(coordinate);
    return { ...(await live.attempt(asked, request, options)), coordinate: asked };
  }
}
