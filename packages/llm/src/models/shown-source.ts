import type { Coordinate } from "@llm-sim/events/tape/schema";
import type { ShownRequest } from "@llm-sim/simulation";
import { withoutSecrets } from "../client/index.ts";
import type { AskedRequest } from "./asked-request.ts";
import { notBegun } from "./live-source.ts";
import type { AskOptions, Source, Sourced } from "./source.ts";
import type { TapeSource } from "./tape-source.ts";

/** Nobody is asked: who looks on is shown what would be. What a tape has is answered from it, all else when the asker gives up. */
export class ShownSource implements Source {
  readonly #show: (coordinate: Coordinate, request: ShownRequest) => void;
  readonly #tape: TapeSource | undefined;

  constructor(show: (coordinate: Coordinate, request: ShownRequest) => void, tape: TapeSource | undefined) {
    this.#show = show;
    this.#tape = tape;
  }

  async attempt(coordinate: Coordinate, request: AskedRequest, options: AskOptions): Promise<Sourced> {
    const { model, sampling, schema } = request;
    const messages = request.messages.map(({ hash: _, ...message }) => message);
    this.#show(coordinate, { model, sampling, messages, schema });
    if (this.#tape) return this.#tape.attempt(coordinate, request, options);
    const { signal } = options;
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    return { result: notBegun(signal), from: "model" };
  }

  withoutSecrets(text: string): string {
    return withoutSecrets(text, []);
  }
}
