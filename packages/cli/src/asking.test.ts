import { readdirSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import { readTape } from "@llm-sim/events/tape";
import { openMemoryStream } from "@llm-sim/events/testing";
import {
  type ModelServer,
  type ReceivedRequest,
  type ServerStep,
  startModelServer,
} from "@llm-sim/llm/testing";
import { canonicalLog, loadConfig, runSimulation } from "@llm-sim/simulation";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { askingSimulation } from "./asking.test.fixture.ts";
import { startCli } from "./cli.test.fixture.ts";

let server: ModelServer;
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
});

const KEY = "my/own+key=0123456789!";
const FITS: ServerStep = { json: { coins: 1 } };

/** What the server does to each agent, in the order of its attempts, and what is on record of them. */
const AGENTS: Record<string, { steps: ServerStep[]; attempts: string[] }> = {
  fits: { steps: [FITS], attempts: ["success"] },
  fenced: { steps: [{ text: 'Sure!\n```json\n{"coins": 1}\n```' }], attempts: ["success fenced prose"] },
  thinks: { steps: [{ text: '<think>{"coins": 7}?</think>{"coins": 1}' }], attempts: ["success thinking"] },
  limited: { steps: [{ status: 429 }, FITS], attempts: ["retry http_error 429", "success"] },
  told: {
    steps: [{ status: 429, headers: { "retry-after-ms": "5" } }, FITS],
    attempts: ["retry http_error 429", "success"],
  },
  faulty: {
    steps: [{ status: 500 }],
    attempts: ["retry http_error 500", "retry http_error 500", "failure http_error 500"],
  },
  hangs: { steps: [{ fault: "hang" }], attempts: ["retry timeout", "retry timeout", "failure timeout"] },
  dropped: { steps: [{ fault: "drop" }, FITS], attempts: ["retry network", "success"] },
  breaks: { steps: [{ fault: "break_off" }, FITS], attempts: ["retry invalid", "success"] },
  malformed: { steps: [{ fault: "break_json" }, FITS], attempts: ["retry invalid", "success"] },
  broken: { steps: [{ text: '{"coins": 1' }, FITS], attempts: ["retry malformed_json", "success"] },
  misfits: {
    steps: [{ json: { coins: "many" } }],
    attempts: ["retry schema_violation", "retry schema_violation", "failure schema_violation"],
  },
  refuses: { steps: [{ refusal: "I will not." }, FITS], attempts: ["retry refused", "success"] },
  truncated: {
    steps: [{ text: '{"coins": 1', finish_reason: "length" }, FITS],
    attempts: ["retry truncated", "success"],
  },
  silent: { steps: [{ text: "" }, FITS], attempts: ["retry empty_answer", "success"] },
  other: { steps: [{ ...FITS, served_model: "other-7b" }], attempts: ["success"] },
  echoes: {
    steps: [
      {
        status: 401,
        error: `no such key ${Buffer.from(`user:${KEY}`).toString("base64")} ${encodeURIComponent(KEY)}`,
        echo_key: true,
      },
    ],
    attempts: ["failure http_error 401"],
  },
  repeats: {
    steps: [{ text: "You sent", echo_key: true }, { body: `{ "error": "${KEY}" }` }, FITS],
    attempts: ["retry no_json", "retry invalid", "success"],
  },
};

const askedSchema = z.object({ messages: z.array(z.object({ content: z.string() })) });

/** Misbehaves to each agent in its own way. */
function misbehaving(onRequest: () => void = () => undefined) {
  const counts = new Map<string, number>();
  return (request: ReceivedRequest): ServerStep => {
    onRequest();
    const name = askedSchema.parse(request.body).messages[0]?.content.split(" ")[0] ?? "";
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const { steps = [] } = AGENTS[name] ?? {};
    return steps[count] ?? steps.at(-1) ?? {};
  };
}

/** The key as it is, and as URLs, base64 and headers have it. */
const FORMS = [
  KEY,
  encodeURIComponent(KEY),
  Buffer.from(KEY).toString("base64"),
  Buffer.from(`Bearer ${KEY}`).toString("base64").slice(12, -4),
  Buffer.from(`user:${KEY}`).toString("base64").slice(8, -4),
];
const formsIn = (text: string) => FORMS.filter((form) => text.includes(form));

function commandLines(): string {
  const own = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return own
    .map((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, "latin1");
      } catch {
        return ""; // has ended
      }
    })
    .join("\n");
}

const attemptSchema = z.object({
  status: z.string(),
  error_type: z.string().optional(),
  subject_agent_id: z.string(),
  details: z.object({
    system_event_type: z.literal("model_call"),
    status: z.int().optional(),
    marks: z.array(z.string()).optional(),
  }),
});

describe("a run whose models misbehave in every way", () => {
  it("goes on, and has each way on record; its tape plays it again without a socket, and the key is nowhere", async () => {
    const seen = new Set<string>();
    server = await startModelServer(
      misbehaving(() => {
        for (const form of formsIn(commandLines())) seen.add(form);
      }),
    );
    const llm = {
      base_url: server.base_url,
      api_key_env: "MODEL_KEY",
      max_attempts: 3,
      concurrency: 32,
      retry: { first_delay: "5ms", longest_delay: "10ms" },
    };
    const directory = askingSimulation({ llm, agents: Object.keys(AGENTS) });
    const { ended } = startCli(directory, ["run", "sim.yaml", "--id", "one", "--debug"], { MODEL_KEY: KEY });
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const run = join(directory, "output", "one");

    expect(await verifyRun(run)).toMatchObject({ result: "ok", violations: [] });
    const events: Event[] = [];
    for await (const { event } of readEvents(run)) events.push(event);
    const attempts = Object.fromEntries(Object.keys(AGENTS).map((name): [string, string[]] => [name, []]));
    for (const event of events) {
      const { success, data } = attemptSchema.safeParse(event);
      if (!success) continue;
      const { status, error_type = "", subject_agent_id, details } = data;
      const said = [status, error_type, details.status ?? "", ...(details.marks ?? [])];
      attempts[subject_agent_id]?.push(said.filter((word) => word !== "").join(" "));
    }
    expect(attempts).toEqual(
      Object.fromEntries(Object.entries(AGENTS).map(([name, one]) => [name, one.attempts])),
    );

    const onTape = new Map<string, number>();
    for await (const item of readTape(run)) {
      if (item.line !== "attempt") continue;
      const { agent_id = "" } = item.coordinate.actor;
      onTape.set(agent_id, (onTape.get(agent_id) ?? 0) + 1);
    }
    for (const [name, one] of Object.entries(AGENTS))
      expect([name, onTape.get(name)]).toEqual([name, one.attempts.length]);

    for (const file of readdirSync(run, { recursive: true, encoding: "utf8" }))
      expect([file, formsIn(readFileSync(join(run, file), "latin1"))]).toEqual([file, []]);
    expect(formsIn(stdout + stderr)).toEqual([]);
    expect([...seen]).toEqual([]);

    const asked = server.requests.length;
    vi.spyOn(Socket.prototype, "connect").mockImplementation(() => {
      throw new Error("a socket was opened");
    });
    const play = join(run, "tape.jsonl");
    const again = await loadConfig(join(directory, "sim.yaml"), {
      overrides: [{ path: "llm.play", value: play }],
    });
    let memory: Awaited<ReturnType<typeof openMemoryStream>> | undefined;
    await runSimulation(again, {
      simulationId: "two",
      stream: async (options) => {
        memory = await openMemoryStream(options);
        return memory.stream;
      },
    });
    expect(server.requests).toHaveLength(asked);
    expect(canonicalLog(memory?.events() ?? [])).toEqual(canonicalLog(events));
  });
});
