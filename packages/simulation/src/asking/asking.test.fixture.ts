import type { Event, SystemEvent } from "@llm-sim/events/schema";
import { type AttemptOutcome, type BreakOff, coordinateText, type Message } from "@llm-sim/events/tape";
import { type MemoryStream, openMemoryStream } from "@llm-sim/events/testing";
import {
  AskError,
  type Call,
  isBrokenOff,
  type Models,
  type Question,
  type Reply,
  type RunOptions,
  type Simulation,
  SimulationOrchestrator,
} from "../index.ts";
import { label } from "../run/village.test.fixture.ts";

/** What a model that is made up answers: a text; or why it answers none, and whether it is asked again. */
export type MadeUp =
  | string
  | {
      text?: string;
      error_type?: string;
      again?: boolean;
      tokens?: number;
      outcome?: AttemptOutcome;
      by?: BreakOff;
    };

export type MakeUp = (
  asked: string,
  call: { question: Question; attempt: number; signal: AbortSignal; call: Call },
) => MadeUp | Promise<MadeUp>;

export interface FakeModels extends Models {
  /** Coordinates, as text, in the order in which they were asked. */
  readonly asked: string[];
}

/** Models that answer as they are told, and put on record what they have to. */
export function fakeModels(makeUp: MakeUp, { budget = Infinity }: { budget?: number } = {}): FakeModels {
  const spent = { tokens: 0, usd: 0 };
  const asked: string[] = [];
  let calls = 0;
  const models: FakeModels = {
    asked,
    spent,
    get isSpent() {
      return spent.tokens >= budget;
    },
    totals: () =>
      calls === 0 ? undefined : { calls, from_tape: 0, tokens: spent.tokens, usd: spent.usd, saved_usd: 0 },
    async ask<T>(question: Question<T>, call: Call): Promise<Reply<T>> {
      for (let attempt = 1; ; attempt++) {
        const coordinate = { ...call.coordinate, attempt };
        asked.push(coordinateText(coordinate));
        calls++;
        const { schema: _, ...plain } = question;
        const made = models.isSpent
          ? { outcome: "aborted" as const, error_type: "budget", by: "budget" as const }
          : await unlessBroken(
              call.signal,
              makeUp(lastOf(question.messages), { question: plain, attempt, signal: call.signal, call }),
            );
        const answer = typeof made === "string" ? { text: made } : made;
        const { text = "", error_type, again = false, tokens = 10, by } = answer;
        const outcome = answer.outcome ?? (error_type === undefined ? "response" : "invalid");
        if (outcome !== "aborted") spent.tokens += tokens;
        const event = await call.record(
          {
            coordinate,
            model: "made-up",
            sampling: {},
            messages: question.messages,
            outcome,
            latency_ms: 1,
            ...(outcome !== "aborted" && { text, usage: { input_tokens: tokens, output_tokens: 0 } }),
            ...(by && { broken_off_by: by }),
          },
          {
            status: error_type === undefined ? "success" : again ? "retry" : "failure",
            error_type,
            description: `${coordinateText(coordinate)}: ${error_type ?? "answered"}`,
            details: {
              system_event_type: "model_call",
              call: coordinateText(coordinate),
              purpose: question.purpose,
              model: "made-up",
              outcome,
              latency_ms: 1,
              usage: { input_tokens: outcome === "aborted" ? 0 : tokens },
              ...(by && { broken_off_by: by }),
            },
          },
        );
        if (error_type === undefined) {
          const value = question.schema ? question.schema.parse(JSON.parse(text)) : text;
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without a schema the answer is a text
          return { value: value as T, text, marks: [], model: "made-up", attempts: attempt, event };
        }
        if (!again) throw new AskError(error_type, `${question.purpose} was not answered: ${error_type}`);
      }
    },
  };
  return models;
}

function lastOf(messages: readonly Message[]): string {
  return messages.at(-1)?.content ?? "";
}

/** What it comes to; broken off where the signal aborts before. */
async function unlessBroken(signal: AbortSignal, made: MadeUp | Promise<MadeUp>): Promise<MadeUp> {
  const broken = (): MadeUp => {
    const by = isBrokenOff(signal.reason) ? signal.reason.code : undefined;
    return { outcome: "aborted", error_type: "aborted", ...(by && { by }) };
  };
  if (signal.aborted) return broken();
  const aborted = new Promise<MadeUp>((resolve) => {
    signal.addEventListener("abort", () => resolve(broken()), { once: true });
  });
  return Promise.race([made, aborted]);
}

export function user(content: string): Message[] {
  return [{ role: "user", content }];
}

/** Runs a simulation whose models are made up; what it recorded, and what is on its tape. */
export async function runAsking(
  simulation: Simulation,
  models: Models | undefined,
  { verbosity = "DETAIL", isTaped = true, ...options }: RunOptions & { isTaped?: boolean } = {},
) {
  let memory: MemoryStream | undefined;
  const stream: RunOptions["stream"] = async (streamOptions) => {
    memory = await openMemoryStream({ ...streamOptions, ...(!isTaped && { tape: "off" }) });
    return memory.stream;
  };
  const signals = false;
  const orchestrator = new SimulationOrchestrator(simulation, {
    stream,
    verbosity,
    signals,
    models,
    ...options,
  });
  const outcome = await orchestrator.run().then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  );
  const events = memory?.events() ?? [];
  const tape = (memory?.tape() ?? []).filter((item) => item.line === "attempt");
  return { ...outcome, events, attempts: events.filter(isAttempt), tape };
}

export function isAttempt(event: Event): event is SystemEvent {
  return event.event_type === "SYSTEM" && event.details?.system_event_type === "model_call";
}

/** `success agent alice/1/decide/0#1`: an attempt in a few words, other events as they are called elsewhere. */
export function named(event: Event): string {
  return isAttempt(event)
    ? `${event.status} ${JSON.stringify(event.details?.call).slice(1, -1)}`
    : label(event);
}

/** What caused an event, in a few words each. */
export function causesNamed(events: readonly Event[], event: Event | undefined): string[] {
  return (event?.caused_by ?? []).map((id) => {
    const cause = events.find((other) => other.event_id === id);
    return cause ? named(cause) : `missing ${id}`;
  });
}
