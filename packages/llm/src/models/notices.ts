import type { Call } from "@llm-sim/simulation";
import { isSubstituted } from "../prices/index.ts";
import type { Attempted } from "./attempt-report.ts";

/** What is worth saying of a run's calls once, however often it is so. Read off what is on record: a replay says the same. */
export class Notices {
  readonly #said = new Set<string>();

  of({ model, result }: Attempted, call: Call): void {
    if (result.outcome !== "response") return;
    const { served_model, usage, cost_usd, warnings = [] } = result;
    if (served_model !== undefined && isSubstituted(model, served_model))
      this.#once(call, "model_substituted", `${model} was asked, and ${served_model} has answered`, {
        model,
        served_model,
      });
    if (usage && cost_usd === undefined)
      this.#once(
        call,
        "price_unknown",
        `no price is known of ${model}: what it costs is not counted`,
        { model },
        // Of a model of one's own that is how it has to be, and totals say it.
        { isQuiet: true },
      );
    for (const warning of warnings)
      this.#once(call, "setting_ignored", `of what ${model} was asked, not all is done: ${warning}`, {
        model,
        warning,
      });
  }

  #once(
    call: Call,
    error_type: string,
    description: string,
    details: object,
    options?: { isQuiet: boolean },
  ): void {
    if (this.#said.has(description)) return;
    this.#said.add(description);
    call.warn(error_type, description, details, options);
  }
}
