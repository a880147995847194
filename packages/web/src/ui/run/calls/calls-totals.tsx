import type { CallsAnswer, CallTotals } from "@llm-sim/api";
import { usdText } from "@llm-sim/events/words";
import { memo } from "react";
import { askerText, latencyText } from "../../../logic/calls/index.ts";
import { formatCount, plural } from "../../../logic/format/index.ts";
import { toggle } from "../../../logic/view/index.ts";
import { useRun } from "../session.ts";

/** Askers listed at once: a thousand agents would be a page of their own. */
const LISTED = 200;

/** What all the calls that match come to, and on request the same by agent and by model. */
export const CallsTotals = memo(function CallsTotals({ answer }: { answer: CallsAnswer }) {
  const { view } = useRun();
  const { totals, by_agent, by_model } = answer;
  const { questions, input_tokens, output_tokens, estimated, cost_usd, unpriced, retries, failures } = totals;
  return (
    <details className="calls-totals">
      <summary>
        {plural(questions, "question")}
        {retries > 0 && ` · ${formatCount(retries)} asked again`}
        {failures > 0 && ` · ${formatCount(failures)} given up`} · {estimated > 0 && "≈ "}
        {formatCount(input_tokens)} tokens in, {formatCount(output_tokens)} out
        {(cost_usd > 0 || unpriced === 0) && ` · ${usdText(cost_usd)}`}
      </summary>
      <section className="calls-by" aria-label="Totals">
        <table>
          <TotalsHead title="Agent" />
          <tbody>
            {by_agent.slice(0, LISTED).map(({ actor, agent_id, ...sums }) => (
              <TotalsRow key={`${actor} ${agent_id}`} sums={sums}>
                {agent_id === undefined ? (
                  askerText({ actor })
                ) : (
                  <button
                    type="button"
                    className="link"
                    title={`Show what involves ${agent_id}`}
                    onClick={() =>
                      view.setFilter({ involving: toggle(view.get().filter.involving, agent_id) })
                    }
                  >
                    {askerText({ actor, agent_id })}
                  </button>
                )}
              </TotalsRow>
            ))}
          </tbody>
          {by_model.length > 1 && (
            <>
              <TotalsHead title="Model" />
              <tbody>
                {by_model.map(({ model, ...sums }) => (
                  <TotalsRow key={model} sums={sums}>
                    {model}
                  </TotalsRow>
                ))}
              </tbody>
            </>
          )}
        </table>
        {by_agent.length > LISTED && <p className="note">and {formatCount(by_agent.length - LISTED)} more</p>}
      </section>
    </details>
  );
});

function TotalsHead({ title }: { title: string }) {
  return (
    <thead className="calls-titles">
      <tr>
        <th scope="col">{title}</th>
        <th scope="col">Calls</th>
        <th scope="col">In vain</th>
        <th scope="col">Tokens in</th>
        <th scope="col">out</th>
        <th scope="col">Took</th>
        <th scope="col">Cost</th>
      </tr>
    </thead>
  );
}

function TotalsRow({ sums, children }: { sums: CallTotals; children: React.ReactNode }) {
  const { calls, retries, failures, input_tokens, output_tokens, estimated, latency_ms, cost_usd, unpriced } =
    sums;
  return (
    <tr>
      <th scope="row">{children}</th>
      <td>{formatCount(calls)}</td>
      <td>{formatCount(retries + failures)}</td>
      <td title={estimated > 0 ? `${plural(estimated, "call")} estimated` : undefined}>
        {estimated > 0 && "≈ "}
        {formatCount(input_tokens)}
      </td>
      <td>{formatCount(output_tokens)}</td>
      <td>{latencyText(latency_ms)}</td>
      <td title={unpriced > 0 ? `${plural(unpriced, "call")} without a known price` : undefined}>
        {unpriced > 0 && cost_usd === 0 ? "–" : usdText(cost_usd)}
      </td>
    </tr>
  );
}
