import { type EventHandle, type EventStream, openEventStream, type Scope } from "@llm-sim/events";
import type { TapeMode } from "@llm-sim/events/schema";
import type { AttemptResult, Message } from "@llm-sim/events/tape/schema";
import { recordAttempt, type SaidOfAttempt } from "@llm-sim/events/testing";

export const SCRIPT = `<img src=x onerror="document.title='taken over'"><script>document.title = 'taken over'</script>`;
export const HEBREW = "שלום, כמה חיטה תמכור היום? המחיר עלה ב-3% מאז אתמול.";
export const NEEDLE = "the needle in the haystack";

/** How one attempt went. */
interface Asked extends Pick<SaidOfAttempt, "status" | "error_type" | "marks" | "cost_usd" | "caused_by"> {
  agent: string;
  turn: number;
  attempt?: number;
  messages: Message[];
  result: AttemptResult;
}

function record(stream: EventStream, asked: Asked): Promise<EventHandle> {
  const { agent, turn, attempt = 1, messages, result, ...said } = asked;
  const actor = { type: "agent", agent_id: agent } as const;
  const coordinate = { actor, turn, purpose: "decide", ordinal: 0, attempt };
  const model = "llama3.1";
  return recordAttempt(
    stream,
    { coordinate, model, sampling: { temperature: 0.7 }, messages, ...result },
    { ...said, error: result.error, description: `${agent} asked ${model} what to do` },
  );
}

const RULES = `You are a trader in a small town.\n\n- You may sell wheat.\n- You may wait.\n\nAnswer in JSON, and say why in a sentence.\n${"Prices move with what is sold, and nobody knows the others' stores. ".repeat(40)}`;

export interface AskedRunOptions {
  tape?: TapeMode;
  turns?: number;
  /** Of whom each asks once a turn, beside alice and bob, of whom more goes wrong. */
  others?: readonly string[];
}

/** A run whose next turn is played when it is asked for. */
export interface AskedRun {
  stream: EventStream;
  play: (turn: number) => Promise<void>;
}

/**
 * A run whose agents ask a model. In turn 1 alice is answered at once; in turn 2 she is turned away, then answered with something
 * that does not fit, then with what does, and bob is never answered; what is said holds scripts, Hebrew and endless words.
 */
export async function beginAskedRun(
  outputDir: string,
  simulationId: string,
  { tape = "full", others = [] }: AskedRunOptions = {},
): Promise<AskedRun> {
  const stream = await openEventStream({
    outputDir,
    simulationId,
    verbosity: "DETAIL",
    signals: false,
    tape,
  });
  const wheat = new Map<string, number>();
  const said = new Map<string, Message[]>();
  const agents = ["alice", "bob", ...others];
  for (const agent of agents) {
    wheat.set(agent, 100);
    said.set(agent, [{ role: "system", content: RULES }]);
    stream.state("wheat", { agent_id: agent, old_value: null, new_value: 100, change: "added" });
  }

  async function decide(scope: Scope, agent: string, turn: number): Promise<void> {
    const before = said.get(agent) ?? [];
    const store = wheat.get(agent) ?? 0;
    const question = `Turn ${turn}. You have ${store} wheat.\nWhat do you do?`;
    const messages: Message[] = [...before, { role: "user", content: question }];
    let because: EventHandle | undefined;
    if (agent === "alice" && turn === 2) {
      messages.push(
        { role: "tool", name: "market", content: `${SCRIPT}\n${HEBREW}\n${"w".repeat(3000)}` },
        {
          role: "user",
          content: `${"A letter of the miller, read aloud. ".repeat(400)}\n${NEEDLE}\n${"and so on ".repeat(200)}`,
        },
      );
      because = await record(stream, {
        agent,
        turn,
        messages,
        status: "retry",
        error_type: "http_error",
        result: { outcome: "http_error", status: 429, error: "Too many requests", latency_ms: 31 },
      });
      because = await record(stream, {
        agent,
        turn,
        attempt: 2,
        messages,
        caused_by: because,
        status: "retry",
        error_type: "schema_violation",
        cost_usd: 0.0004,
        result: {
          outcome: "response",
          text: `{"sell": "some"}`,
          finish_reason: "stop",
          error: "sell: expected number, received string",
          usage: { input_tokens: 2210, output_tokens: 9 },
          latency_ms: 812,
        },
      });
    }
    const attempt = because ? 3 : 1;
    if (agent === "bob" && turn === 2) {
      because = await record(stream, {
        agent,
        turn,
        messages,
        status: "failure",
        error_type: "timeout",
        result: { outcome: "timeout", error: "no answer within 60 s", latency_ms: 60_000 },
      });
      scope.decision(agent, "wait", { new_value: { sell: 0 }, caused_by: because });
      return;
    }
    const text = `{"sell": ${turn}, "why": "The price is good."}`;
    const answered = await record(stream, {
      agent,
      turn,
      attempt,
      messages,
      caused_by: because,
      marks: agent === "alice" && turn === 2 ? ["thinking"] : [],
      ...(agent !== "bob" && { cost_usd: 0.0012 }),
      result: {
        outcome: "response",
        text: agent === "alice" && turn === 2 ? `<think>\nWheat is scarce.\n</think>\n${text}` : text,
        finish_reason: "stop",
        served_model: agent === "bob" ? "llama3.1-q4" : "llama3.1",
        latency_ms: 640 + turn,
        usage:
          agent === "bob"
            ? { input_tokens: 700, output_tokens: 14, estimated: true }
            : { input_tokens: 2200 + turn, output_tokens: 14, cached_tokens: 1024, reasoning_tokens: 5 },
      },
    });
    said.set(agent, [...messages, { role: "assistant", content: text }]);
    const decision = scope.decision(agent, "sell", { new_value: { sell: turn }, caused_by: answered });
    const action = scope.because(decision, (inside) => inside.action(agent, "sell", { amount: turn }));
    scope.because(action, (inside) =>
      inside.state("wheat", { agent_id: agent, old_value: store, new_value: store - turn }),
    );
    wheat.set(agent, store - turn);
  }

  return {
    stream,
    async play(turn) {
      const scope = stream.startTurn(turn);
      for (const agent of agents) await decide(scope, agent, turn);
      scope.end();
      await stream.flush();
    },
  };
}

export async function writeAskedRun(
  outputDir: string,
  id: string,
  options: AskedRunOptions = {},
): Promise<void> {
  const { stream, play } = await beginAskedRun(outputDir, id, options);
  for (let turn = 1; turn <= (options.turns ?? 3); turn++) await play(turn);
  await stream.close();
}

/** A run with one question, as large as a prompt gets. */
export async function writeLargeQuestion(outputDir: string, id: string, length: number): Promise<void> {
  const stream = await openEventStream({ outputDir, simulationId: id, verbosity: "DETAIL", signals: false });
  const scope = stream.startTurn(1);
  const lines = Array.from(
    { length: length / 50 },
    (_, at) => `${String(at).padStart(8, "0")} and what was said in the square`,
  );
  const content = `${lines.join("\n")}\n${NEEDLE}\n${"w".repeat(length / 4)}`;
  const answered = await record(stream, {
    agent: "alice",
    turn: 1,
    messages: [{ role: "user", content }],
    result: { outcome: "response", text: "yes", latency_ms: 5, usage: { input_tokens: 250_000 } },
  });
  scope.decision("alice", "agree", { caused_by: answered });
  scope.end();
  await stream.close();
}

/** A run with a decision that came of several questions, about one neighbour each. */
export async function writeManyQuestions(
  outputDir: string,
  id: string,
  keys: readonly string[],
): Promise<void> {
  const stream = await openEventStream({ outputDir, simulationId: id, verbosity: "DETAIL", signals: false });
  const scope = stream.startTurn(1);
  const answered: EventHandle[] = [];
  for (const key of keys)
    answered.push(
      await recordAttempt(stream, {
        coordinate: {
          actor: { type: "agent", agent_id: "alice" },
          turn: 1,
          purpose: "judge",
          key,
          ordinal: 0,
          attempt: 1,
        },
        model: "llama3.1",
        sampling: {},
        messages: [{ role: "user", content: `What of ${key}?` }],
        outcome: "response",
        text: `${key} is fair`,
        latency_ms: 3,
      }),
    );
  scope.decision("alice", "trust", { caused_by: answered });
  scope.end();
  await stream.close();
}
