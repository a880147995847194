import { ASKERS, type AskerTotals, type CallsAnswer, type CallTotals } from "@llm-sim/api";
import { rounded } from "../model-call/index.ts";
import type { KnownCall } from "./call-table.ts";

/** Whether a call used tokens that nobody knows a price for. */
export function isUnpriced({ cost_usd, input_tokens, output_tokens }: KnownCall): boolean {
  return cost_usd === undefined && input_tokens + output_tokens > 0;
}

/** What calls come to: all together, by who asked, by the model that was asked. */
export function totalsOf(calls: readonly KnownCall[]): Pick<CallsAnswer, "totals" | "by_agent" | "by_model"> {
  const all = new Sum();
  const byAsker = new Map<string, { asker: Pick<AskerTotals, "actor" | "agent_id">; sum: Sum }>();
  const byModel = new Map<string, Sum>();
  for (const call of calls) {
    const { actor, agent_id, model } = call;
    all.add(call);
    const name = `${actor} ${agent_id ?? ""}`;
    const asker = byAsker.get(name) ?? { asker: { actor, agent_id }, sum: new Sum() };
    byAsker.set(name, asker);
    asker.sum.add(call);
    const ofModel = byModel.get(model) ?? new Sum();
    byModel.set(model, ofModel);
    ofModel.add(call);
  }
  return {
    totals: all.result(),
    by_agent: [...byAsker.values()]
      .map(({ asker, sum }) => ({ ...asker, ...sum.result() }))
      .toSorted(
        (a, b) =>
          ASKERS.indexOf(a.actor) - ASKERS.indexOf(b.actor) ||
          compareTexts(a.agent_id ?? "", b.agent_id ?? ""),
      ),
    by_model: [...byModel]
      .map(([model, sum]) => ({ model, ...sum.result() }))
      .toSorted((a, b) => compareTexts(a.model, b.model)),
  };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

class Sum {
  readonly #questions = new Set<number>();
  readonly #totals: CallTotals = {
    calls: 0,
    questions: 0,
    retries: 0,
    failures: 0,
    input_tokens: 0,
    output_tokens: 0,
    cached_tokens: 0,
    reasoning_tokens: 0,
    estimated: 0,
    latency_ms: 0,
    cost_usd: 0,
    unpriced: 0,
  };

  add(call: KnownCall): void {
    const totals = this.#totals;
    this.#questions.add(call.question);
    totals.calls++;
    if (call.status === "retry") totals.retries++;
    if (call.status === "failure") totals.failures++;
    totals.input_tokens += call.input_tokens;
    totals.output_tokens += call.output_tokens;
    totals.cached_tokens += call.cached_tokens;
    totals.reasoning_tokens += call.reasoning_tokens;
    if (call.isEstimated) totals.estimated++;
    totals.latency_ms += call.latency_ms;
    totals.cost_usd += call.cost_usd ?? 0;
    if (isUnpriced(call)) totals.unpriced++;
  }

  result(): CallTotals {
    const { cost_usd, latency_ms } = this.#totals;
    return {
      ...this.#totals,
      questions: this.#questions.size,
      cost_usd: rounded(cost_usd),
      latency_ms: rounded(latency_ms),
    };
  }
}
