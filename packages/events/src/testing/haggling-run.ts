import type { EventHandle } from "../emit/index.ts";
import { type EventStreamOptions, openEventStream } from "../open/index.ts";
import type { Attempt, Coordinate, Message } from "../tape/index.ts";
import { recordAttempt, type SaidOfAttempt } from "./record-attempt.ts";

const RULES: Message = { role: "system", content: "You haggle over a boat.\nBe brief." };
/** What is asked of each answer. */
export const OFFER_SCHEMA = { type: "object", properties: { amount: { type: "number" } } };

/**
 * Records a small run with model calls, to test with what reads them. Two agents haggle, each with its own growing conversation: in turn 2 bob answers what does not fit and is asked again, in
 * turn 3 his server is gone for good, and the engine asks a model whose price nobody knows.
 */
export async function recordHaggling(
  outputDir: string,
  simulationId: string,
  options: Partial<EventStreamOptions> = {},
): Promise<void> {
  const stream = await openEventStream({
    simulationId,
    outputDir,
    verbosity: "STATE",
    signals: false,
    onWarning: () => undefined,
    ...options,
  });
  const conversations = new Map<string, Message[]>();
  const attempt = (coordinate: Partial<Coordinate>, more: Partial<Attempt>): Attempt => ({
    coordinate: {
      actor: { type: "agent", agent_id: "alice" },
      turn: stream.turnNumber,
      purpose: "offer",
      ordinal: 0,
      attempt: 1,
      ...coordinate,
    },
    model: "gpt-4o-mini",
    served_model: "gpt-4o-mini-2024-07-18",
    sampling: { temperature: 0.7 },
    messages: [],
    outcome: "response",
    finish_reason: "stop",
    usage: { input_tokens: 100, output_tokens: 20 },
    latency_ms: 800.5,
    ...more,
  });
  const record = (one: Attempt, said: SaidOfAttempt = {}) =>
    recordAttempt(stream, one, { cost_usd: one.usage && 0.0004, ...said });

  for (let turn = 1; turn <= 3; turn++) {
    stream.startTurn(turn);
    for (const agent of ["alice", "bob"]) {
      const actor = { type: "agent" as const, agent_id: agent };
      const before = conversations.get(agent) ?? [RULES];
      const messages: Message[] = [
        ...before,
        { role: "user", content: `Turn ${turn}, ${agent}: your offer?` },
      ];
      const text = JSON.stringify({ amount: turn * 10 });
      const asked = { messages, schema: OFFER_SCHEMA };
      let answered: EventHandle;
      if (agent === "bob" && turn === 2) {
        const failed = await record(attempt({ actor }, { ...asked, text: "Twenty, I think." }), {
          status: "retry",
          error_type: "no_json",
          error: "the answer holds no JSON: Twenty, I think.",
        });
        messages.push(
          { role: "assistant", content: "Twenty, I think." },
          { role: "user", content: "That is no JSON. Answer with JSON alone." },
        );
        answered = await record(
          attempt({ actor, attempt: 2 }, { ...asked, text: `\`\`\`json\n${text}\n\`\`\`` }),
          {
            caused_by: failed,
            marks: ["fenced"],
          },
        );
      } else if (agent === "bob" && turn === 3) {
        answered = await record(
          attempt(
            { actor },
            {
              ...asked,
              outcome: "network",
              error: "connection refused",
              served_model: undefined,
              usage: undefined,
            },
          ),
          { status: "failure", error_type: "network", error: "connection refused" },
        );
      } else answered = await record(attempt({ actor }, { ...asked, text, reasoning: `${agent} thinks` }));
      const decision = stream.decision(agent, "offer", {
        new_value: [{ action_type: "offer", payload: { amount: turn * 10 } }],
        caused_by: answered,
      });
      const action = stream.action(agent, "offer", { amount: turn * 10 }, { caused_by: decision });
      stream.state("offered", {
        agent_id: agent,
        old_value: (turn - 1) * 10,
        new_value: turn * 10,
        caused_by: action,
      });
      conversations.set(agent, [...messages, { role: "assistant", content: text }]);
    }
    if (turn === 3)
      await record(
        attempt(
          { actor: { type: "engine" }, purpose: "judge", key: "fairness" },
          { model: "house-model", served_model: "house-model", messages: [RULES], text: "fair enough" },
        ),
        { cost_usd: undefined },
      );
  }
  await stream.close();
}
