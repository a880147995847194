import { appendFileSync, cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "@llm-sim/api";
import { recordAttempt } from "@llm-sim/events/testing";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeBatchRun } from "./batch.test.fixture.ts";
import { expectByContract } from "./contract.test.fixture.ts";
import {
  ask,
  giveBack,
  linesOf,
  openRun,
  outputDirectory,
  serve,
  writeRun,
  writeTurn,
} from "./served-runs.test.fixture.ts";
import type { RunningServer } from "./start-server.ts";

// Against the document as it is published, not as the server made it a moment ago.
const published = JSON.parse(readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8"));
const PYTHON_RUNS = fileURLToPath(new URL("../../events/src/read/fixtures/python-dialect", import.meta.url));
const PYTHON_RUN = "py-late-20251005-101500-3agents";
const TOKEN = "s3cret";

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(published, "openapi");

let open: RunningServer;
let guarded: RunningServer;
const eventIds: Record<string, string> = {};

beforeAll(async () => {
  const outputDir = outputDirectory();
  await writeRun(outputDir, "market-1", 12);
  await writeRun(outputDir, "damaged", 2);
  appendFileSync(join(outputDir, "damaged", "events.jsonl"), 'not json\n{"event_id":1}\n');
  cpSync(join(PYTHON_RUNS, PYTHON_RUN), join(outputDir, PYTHON_RUN), { recursive: true });
  const live = await openRun(outputDir, "live");
  writeTurn(live, 1);
  await live.flush();
  const asked = await openRun(outputDir, "asked");
  writeTurn(asked, 1);
  await recordAttempt(asked, {
    coordinate: {
      actor: { type: "agent", agent_id: "alice" },
      turn: 1,
      purpose: "trade",
      ordinal: 0,
      attempt: 1,
    },
    model: "llama3.1",
    sampling: { temperature: 0.5 },
    messages: [{ role: "user", content: "What do you trade?" }],
    schema: { type: "object" },
    outcome: "response",
    text: "Nothing.",
    reasoning: "Hm.",
    usage: { input_tokens: 9, output_tokens: 3 },
    latency_ms: 12.5,
  });
  await asked.flush();
  for (const seed of [1, 2, 3]) writeBatchRun(outputDir, seed);
  mkdirSync(join(outputDir, "no-run"));
  cpSync(join(outputDir, "market-1"), join(outputDir, "not an id"), { recursive: true });
  open = await serve({ outputDir });
  guarded = await serve({ outputDir, token: TOKEN });
  for (const run of ["market-1", "damaged", "live"])
    eventIds[run] = JSON.parse((await linesOf(join(outputDir, run)))[6] ?? "").event_id;
  eventIds.asked = (await ask(open, "/simulations/asked/calls")).json.calls[0].event_id;
  eventIds[PYTHON_RUN] = (
    await ask(open, `/simulations/${PYTHON_RUN}/events?limit=9`)
  ).json.events[8].event_id;
});
afterAll(giveBack);

const OWN_RUNS = ["market-1", "damaged", "live", "asked"];
const RUNS = [...OWN_RUNS, PYTHON_RUN];
const BATCH = "sweep";
const NO_EVENT = "01KAR8B1C0A1B2C000000000F7";
/** Of each documented path, the requests that are made of each run and the status that is expected; where not of each, of which. */
const REQUESTS: Record<string, [rest: string, status: number, runs?: string[]][]> = {
  "/health": [
    ["", 200],
    ["?x=1", 400],
  ],
  "/simulations": [
    ["", 200],
    ["?x=1", 400],
  ],
  "/simulations/{id}": [
    ["", 200],
    ["?x=1", 400],
  ],
  "/simulations/{id}/events": [
    ["", 200],
    ["?limit=2", 200],
    ["?limit=3&offset=4&event_types=ACTION,STATE&agent_ids=alice&agent_ids=bob", 200],
    ["?involving=alice&turn_start=0&turn_end=99&q=a", 200],
    ["?start_timestamp=2020-01-01&end_timestamp=2040-01-01T00:00:00Z", 200],
    [`?caused_by=${NO_EVENT}`, 200],
    ["?q=nothing&in=payload", 200],
    ["?q=a&in=everything", 400],
    ["?offset=100000", 200],
    ["?limit=0", 400],
    ["?cursor=x", 400],
    ["?x=1", 400],
  ],
  "/simulations/{id}/search": [
    ["?q=a", 404, []],
    ["?q=a&turn_start=3&turn_end=1", 400],
    ["", 400],
    ["?q=", 400],
    ["?q=a&hits=-1", 400],
    ["?q=a&limit=1", 400],
  ],
  "/simulations/{id}/events/{event_id}": [
    ["", 200],
    ["?x=1", 400],
  ],
  "/simulations/{id}/causality/{event_id}": [
    ["", 200],
    ["?depth=1", 200],
    ["?depth=20", 200],
    ["?turn_markers=true", 200],
    ["?turn_markers=perhaps", 400],
    ["?depth=0", 400],
  ],
  "/simulations/{id}/variables": [
    ["", 200],
    ["?q=alice&agent_id=alice&points=0&limit=1&offset=1", 200],
    ["?points=201", 400],
    ["?limit=0", 400],
    ["?x=1", 400],
  ],
  "/simulations/{id}/notes": [
    ["", 200],
    ["?x=1", 400],
  ],
  "/simulations/{id}/phases": [
    ["", 200],
    ["?limit=1&offset=1", 200],
    ["?limit=0", 400],
  ],
  "/simulations/{id}/calls": [
    ["", 200],
    ["?agent_ids=alice,bob&actors=agent&turn_start=0&turn_end=9&limit=1&offset=0", 200],
    ["?purpose=trade&model=llama3.1&status=success,retry&outcome=response", 200],
    ["?agent_ids=nobody", 200],
    [`?decision_id=${NO_EVENT}`, 200],
    ["?status=perhaps", 400],
    ["?turn_start=2&turn_end=1", 400],
    ["?cursor=x", 400],
    ["?limit=0", 400],
  ],
  "/simulations/{id}/calls/{event_id}": [
    ["", 200, ["asked"]],
    ["?delta=true", 200, ["asked"]],
    ["?delta=perhaps", 400],
    ["", 400, ["market-1", "live", PYTHON_RUN]],
  ],
  "/simulations/{id}/timeline": [
    ["", 200],
    ["?buckets=3", 200],
    ["?by=time&buckets=7&event_types=DECISION", 200],
    ["?agent_ids=nobody", 200],
    ["?by=week", 400],
  ],
  "/simulations/{id}/stream": [["?limit=1", 400]],
  "/simulations/{id}/integrity": [
    ["", 200],
    ["?x=1", 400],
  ],
  "/simulations/{id}/state": [
    ["", 200],
    ["?turn=1", 200],
    ["?event_id={event_id}", 200],
    [`?event_id=${NO_EVENT}`, 404],
    ["?turn=99", 400],
    ["?x=1", 400],
  ],
  "/simulations/{id}/history": [
    ["?variable=wealth&agent_id=alice", 200, OWN_RUNS],
    ["?variable=wealth&agent_id=alice&turn_start=1&turn_end=2&limit=1&offset=1", 200, OWN_RUNS],
    ["?variable=nothing", 400],
    ["", 400],
  ],
  "/simulations/{id}/values": [
    ["?variable=alice.wealth", 200, OWN_RUNS],
    ["?variable=*.wealth&turn_start=1&turn_end=2&limit=1", 200, OWN_RUNS],
    ["?variable=*.nothing", 400],
    ["", 400],
  ],
  "/simulations/{id}/why": [
    ["?variable=wealth&agent_id=alice", 200, OWN_RUNS],
    ["?variable=alice.wealth&turn=1&since=0&depth=100", 200, OWN_RUNS],
    ["?variable=alice.wealth&stretches=3", 200, OWN_RUNS],
    ["?event_id={event_id}&stretches=3", 400],
    ["?event_id={event_id}", 200],
    ["?event_id={event_id}&depth=1", 200],
    [`?event_id=${NO_EVENT}`, 404],
    ["?variable=nothing", 400],
    ["", 400],
  ],
  "/simulations/{id}/effects/{event_id}": [
    ["", 200],
    ["?depth=1", 200],
    ["?depth=20", 200],
    ["?depth=21", 400],
  ],
  "/simulations/{id}/widest": [
    ["", 200],
    ["?horizon=0&limit=100", 200],
    ["?limit=0", 400],
  ],
  "/simulations/{id}/interactions": [
    ["", 200],
    ["?turn_start=0&turn_end=9&action_types=trade,wait&agent_id=alice&parameter=amount&agents=2", 200],
    ["?turn_start=2&turn_end=1", 400],
    ["?agents=0", 400],
    ["?action_types=", 400],
  ],
  "/simulations/{id}/find": [
    ["?expression=alice.wealth%20%3E%200", 200, OWN_RUNS],
    ["?expression=*.wealth%20%3E%200&limit=1&offset=1", 200, OWN_RUNS],
    ["?expression=alice.wealth%20%3E", 400],
    ["", 400],
  ],
  "/compare": [
    ["?left=market-1&right=market-1", 200],
    ["?left=market-1&right=damaged", 200],
    ["?left=live&right=market-1", 200],
    [`?left=${PYTHON_RUN}&right=market-1`, 200],
    ["?left=market-1&right=unknown", 404],
    ["?left=market-1", 400],
  ],
  "/compare/differences": [
    ["?left=market-1&right=damaged", 200],
    ["?left=market-1&right=damaged&agent_id=&event_type=STATE&limit=2&offset=1&turn_start=0&turn_end=9", 200],
    [`?left=${PYTHON_RUN}&right=market-1&relation=following&kind=changed&name=x`, 200],
    ["?left=market-1&right=unknown", 404],
    ["?left=market-1&right=damaged&turn_start=2&turn_end=1", 400],
    ["?left=market-1&right=damaged&relation=perhaps", 400],
    ["?left=market-1", 400],
  ],
  "/compare/values": [
    ["?left=market-1&right=damaged", 200],
    ["?left=market-1&right=live&turn=1&agent_id=alice&order=relative&equal=true&limit=2&offset=1", 200],
    [`?left=${PYTHON_RUN}&right=market-1`, 200],
    ["?left=market-1&right=unknown", 404],
    ["?left=market-1&right=market-1&order=size", 400],
    ["?left=market-1", 400],
  ],
  "/batches": [
    ["", 200],
    ["?x=1", 400],
  ],
  "/batches/{id}": [
    ["", 200],
    ["?outcome=fish%20%3C%205&outcome=fish", 200],
    ["?outcome=fish%20%3C", 400],
    ["?outcome=fihs", 400],
    ["?x=1", 400],
  ],
  "/batches/{id}/curves": [
    ["?variable=fish", 200],
    ["?variable=fish&agent_id=alice", 400],
    ["", 400],
  ],
  "/schema/event": [
    ["", 200],
    ["?x=1", 400],
  ],
};

describe("every documented route", () => {
  it("is asked here", () => {
    const asked = pathsWith("get").map(([path]) => path);
    expect(asked.toSorted()).toEqual(Object.keys(REQUESTS).toSorted());
  });

  for (const [path, requests] of Object.entries(REQUESTS)) {
    it(`${path} answers as documented, good and bad`, async () => {
      const ofBatch = path.startsWith("/batches/{id}");
      for (const run of ofBatch ? [BATCH] : path.includes("{id}") ? RUNS : [""]) {
        for (const [rest, status, runs = RUNS] of requests) {
          if (RUNS.includes(run) && !runs.includes(run)) continue;
          const address = (path + rest).replace("{id}", run).replace("{event_id}", eventIds[run] ?? "");
          const answer = await ask(open, address);
          expect(answer.status, `${address}: ${answer.text.slice(0, 300)}`).toBe(status);
          expectDocumented(path, answer, address);
        }
      }
      const refused = await ask(guarded, path.replace("{id}", "market-1"));
      expect(refused.status).toBe(401);
      expectDocumented(path, refused, path);
      if (path.includes("{id}")) {
        const [rest = ""] = requests.find(([, status]) => status === 200 || status === 404) ?? [];
        for (const run of ["unknown", "no-run"]) {
          const missing = await ask(open, (path + rest).replace("{id}", run).replace("{event_id}", NO_EVENT));
          const code = ofBatch ? "BATCH_NOT_FOUND" : "SIMULATION_NOT_FOUND";
          expect([missing.status, missing.json?.code], run).toEqual([404, code]);
          expectDocumented(path, missing, path);
        }
      }
      if (path.includes("{event_id}")) {
        const missing = await ask(open, path.replace("{id}", "market-1").replace("{event_id}", NO_EVENT));
        expect([missing.status, missing.json.code]).toEqual([404, "EVENT_NOT_FOUND"]);
        expectDocumented(path, missing, path);
      }
    });
  }

  it("takes exactly the parameters that are documented", async () => {
    for (const [path, { parameters = [] }] of pathsWith("get")) {
      const documented = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
      const address = path.replace("{id}", "market-1").replace("{event_id}", NO_EVENT);
      const { json } = await ask(open, `${address}?definitely_no_parameter=1`);
      expect(json.details.parameter, path).toBe("definitely_no_parameter");
      for (const name of documented) expect(json.message, path).toContain(name);
    }
  });
});

describe("every documented command", () => {
  it("is refused as documented where the server only reads", async () => {
    const commands = pathsWith("post");
    expect(commands.map(([path]) => path)).toEqual(
      Object.values(COMMANDS).map(({ path }) => path.replace(":id", "{id}")),
    );
    for (const [path] of commands) {
      const answer = await ask(open, path.replace("{id}", "market-1"), { method: "POST" });
      expect([answer.status, answer.json.code]).toEqual([403, "WRITE_NOT_ALLOWED"]);
      expectDocumented(path, answer, path, "post");
    }
  });
});

describe("the list of runs", () => {
  it("names one that cannot be asked, and says why", async () => {
    const { json } = await ask(open, "/simulations");
    expect(json.simulations).toContainEqual(
      expect.objectContaining({ id: "not an id", unreadable: expect.any(String) }),
    );
  });
});

describe("the contract", () => {
  const health = { status: "healthy", version: "1" };
  const given = (status: number, body: unknown) => ({
    status,
    contentType: "application/json",
    text: JSON.stringify(body),
  });

  it.each<[what: string, address: string, status: number, body: unknown, problem: RegExp]>([
    ["a field too many", "/health", 200, { ...health, mood: "good" }, /says more than its schema/],
    ["a field too few", "/health", 200, { status: "healthy" }, /version/],
    ["another type", "/health?x", 200, { ...health, version: 1 }, /version/],
    ["an unknown code", "/health", 400, { code: "TEAPOT", message: "m" }, /code/],
    ["a code of another status", "/health", 400, { code: "INTERNAL_ERROR", message: "m" }, /INTERNAL_ERROR/],
    ["an error of another route", "/health", 404, { code: "NOT_FOUND", message: "m" }, /its endpoint/],
    [
      "details of another shape",
      "/health",
      400,
      { code: "INVALID_ARGUMENT", message: "m", details: { parameter: "x", colour: "red" } },
      /details of INVALID_ARGUMENT/,
    ],
  ])("is held against %s", (_, address, status, body, problem) => {
    expect(() => expectByContract("/health", given(200, health))).not.toThrow();
    expect(() => expectByContract(address, given(status, body))).toThrow(problem);
  });

  it("is held against messages of a stream", () => {
    const text = `event: end\ndata: {"status":"completed"}\n\n`;
    expect(() =>
      expectByContract("/simulations/m/stream", { status: 200, contentType: "text/event-stream", text }),
    ).toThrow(/simulation_id/);
  });
});

describe("the stream's messages", () => {
  it("carry events as documented", async () => {
    for (const run of ["market-1", PYTHON_RUN]) {
      const { text, headers } = await ask(open, `/simulations/${run}/stream`);
      expect(headers["content-type"]).toBe("text/event-stream");
      expect(published.paths["/simulations/{id}/stream"].get.responses[200].content).toHaveProperty([
        "text/event-stream",
      ]);
      const data = [...text.matchAll(/^id: (.*)\ndata: (.*)$/gm)];
      expect(data.length).toBeGreaterThan(50);
      for (const [, id, line = ""] of data) {
        expectValid("#/components/schemas/Event", JSON.parse(line), line);
        expect(JSON.parse(line).event_id).toBe(id);
      }
    }
  });
});

describe("errors that no route gives", () => {
  it("have the same shape", async () => {
    const answers = [
      await ask(open, "/nothing"),
      await ask(open, "/simulations", { method: "DELETE" }),
      await ask(open, "/simulations/%zz"),
      await ask(open, "/simulations", { headers: { host: "evil.example" } }),
      await ask(open, `/simulations/${"x".repeat(500)}/events`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 405, 400, 400, 400]);
    for (const { json, text } of answers) expectValid("#/components/schemas/Error", json, text);
  });
});

describe("the document", () => {
  it("refers only to what it holds, and describes every parameter", () => {
    const text = JSON.stringify(published);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
      expect(Object.keys(published.components.schemas)).toContain(name);
    expect(published.openapi).toMatch(/^3\.1\./);
    for (const [, { operationId, summary }] of [...pathsWith("get"), ...pathsWith("post")]) {
      expect(operationId).toMatch(/^[a-z]+[A-Za-z]+$/);
      expect(summary.length).toBeGreaterThan(5);
    }
  });
});

interface Operation {
  operationId: string;
  summary: string;
  parameters?: { in: string; name: string }[];
}

/** What the document says of a method, by path. */
function pathsWith(method: "get" | "post"): [path: string, operation: Operation][] {
  const paths = Object.entries<{ get?: Operation; post?: Operation }>(published.paths);
  return paths.flatMap(([path, { [method]: operation }]): [string, Operation][] =>
    operation ? [[path, operation]] : [],
  );
}

function expectDocumented(
  path: string,
  { status, json, headers }: Awaited<ReturnType<typeof ask>>,
  address: string,
  method: "get" | "post" = "get",
): void {
  const pointer = [
    "paths",
    path,
    method,
    "responses",
    String(status),
    "content",
    "application/json",
    "schema",
  ]
    .map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1"))
    .map(encodeURIComponent)
    .join("/");
  expect(headers["content-type"], address).toBe("application/json; charset=utf-8");
  expectValid(`#/${pointer}`, json, address);
}

function expectValid(pointer: string, value: unknown, about: string): void {
  const validate = ajv.getSchema(`openapi${pointer}`);
  if (validate === undefined) throw new Error(`nothing is documented at ${pointer}`);
  const isValid = validate(value);
  expect(isValid, `${about}: ${ajv.errorsText(validate.errors).slice(0, 1000)}`).toBe(true);
}
