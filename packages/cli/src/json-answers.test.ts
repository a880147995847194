import {
  type Client,
  callSchema,
  createClient,
  ENDPOINTS,
  type Endpoint,
  getJsonOver,
  promptOf,
  promptsAnswerSchema,
  QUESTIONS,
  runSummarySchema,
  variableWriteSchema,
  watchMomentSchema,
  wideDecisionSchema,
} from "@llm-sim/api";
import { openEventStream } from "@llm-sim/events";
import { type Event, eventSchema } from "@llm-sim/events/schema";
import { recordAttempt } from "@llm-sim/events/testing";
import { type RunningServer, startServer } from "@llm-sim/server";
import { afterAll, beforeAll, expect, it } from "vitest";
import type * as z from "zod";
import { ask, fakeContext, jsonLines, temporaryDirectory, writeConfig } from "./cli.test.fixture.ts";
import { commandsFor } from "./commands/index.ts";

const directory = temporaryDirectory();
let server: RunningServer;
let client: Client<typeof QUESTIONS>;
let action: Event;

beforeAll(async () => {
  for (const [id, seed] of [
    ["one", "1"],
    ["other", "2"],
  ] as const)
    await ask(directory, ["run", writeConfig(directory, "bank.yaml"), "--id", id, "--seed", seed, "--quiet"]);
  await ask(directory, ["run", "bank.yaml", "--id", "sweep", "--seeds", "1..2", "--quiet"]);
  await recordAsked(`${directory}/output`);
  server = await startServer({ outputDir: `${directory}/output`, port: 0 });
  client = createClient(getJsonOver({ baseUrl: server.url }), QUESTIONS);
  const { events } = await client.events({ id: "one", event_types: ["ACTION"] });
  const [first] = events;
  if (first === undefined) throw new Error("the run has no action");
  action = first;
}, 30_000);
afterAll(() => server.close());

/** A run in which a model was asked once. */
async function recordAsked(outputDir: string): Promise<void> {
  const stream = await openEventStream({ outputDir, simulationId: "asked", signals: false });
  stream.startTurn(1);
  await recordAttempt(stream, {
    coordinate: {
      actor: { type: "agent", agent_id: "alice" },
      turn: 1,
      purpose: "judge",
      ordinal: 0,
      attempt: 1,
    },
    model: "llama3.1",
    sampling: {},
    messages: [{ role: "user", content: "Is it fair?" }],
    outcome: "response",
    text: "It is.",
    usage: { input_tokens: 9, output_tokens: 3 },
    latency_ms: 12.5,
  });
  await stream.close();
}

interface Printed {
  /** What comes behind the command; `ACTION` stands for the action's id. */
  args: string[];
  /** Of each line. */
  schema: z.ZodType;
  /** The same over HTTP, a list where lines are printed. */
  overHttp: () => Promise<unknown>;
}

const document = (
  args: string[],
  { answer }: Pick<Endpoint, "answer">,
  overHttp: () => Promise<unknown>,
): Printed => ({ args, schema: answer, overHttp: async () => [await overHttp()] });

const variable = "alice.wealth";
const expression = "alice.wealth > 0";
const ANSWERS: Record<string, Printed[]> = {
  ls: [
    {
      args: [],
      schema: runSummarySchema,
      // Of what a list says only where it is known already, the server knows more: it has read the log.
      overHttp: async () =>
        (await client.runs({})).simulations.map(
          ({ agents: _agents, by_type: _byType, skipped_lines: _skipped, ...listed }) => listed,
        ),
    },
  ],
  show: [
    document(["one"], ENDPOINTS.run, () => client.run({ id: "one" })),
    document(["one", "ACTION"], ENDPOINTS.event, () =>
      client.event({ id: "one", event_id: action.event_id }),
    ),
  ],
  events: [
    {
      args: ["one", "--type", "STATE"],
      schema: eventSchema,
      overHttp: () => client.events({ id: "one", event_types: ["STATE"] }).then(({ events }) => events),
    },
  ],
  tail: [
    {
      args: ["one"],
      schema: eventSchema,
      overHttp: () => client.events({ id: "one" }).then(({ events }) => events.slice(-10)),
    },
  ],
  calls: [
    {
      args: ["asked"],
      schema: callSchema,
      overHttp: () => client.calls({ id: "asked" }).then(({ calls }) => calls),
    },
  ],
  prompt: [
    {
      args: ["asked", "--agent", "alice", "--turn", "1"],
      schema: promptsAnswerSchema,
      overHttp: async () => {
        const { simulation_id, calls } = await client.calls({ id: "asked", agent_ids: ["alice"] });
        const asked = await Promise.all(calls.map(({ event_id }) => client.call({ id: "asked", event_id })));
        return [{ simulation_id, agent_id: "alice", turn: 1, prompts: asked.map(promptOf) }];
      },
    },
  ],
  causes: [
    document(["one", "ACTION", "--depth", "3"], ENDPOINTS.causality, () =>
      client.causality({ id: "one", event_id: action.event_id, depth: 3 }),
    ),
  ],
  effects: [
    document(["one", "ACTION", "--turn-markers"], ENDPOINTS.causality, () =>
      client.causality({ id: "one", event_id: action.event_id, turn_markers: true }),
    ),
    document(["one", "ACTION", "--tell"], ENDPOINTS.effects, () =>
      client.effects({ id: "one", event_id: action.event_id }),
    ),
  ],
  why: [
    document(["one", variable], ENDPOINTS.why, () => client.why({ id: "one", variable })),
    document(["one", "ACTION"], ENDPOINTS.why, () => client.why({ id: "one", event_id: action.event_id })),
  ],
  state: [
    document(["one", "--turn", "2"], ENDPOINTS.state, () => client.state({ id: "one", turn: 2 })),
    document(["one", "--agent", "alice"], ENDPOINTS.state, () =>
      client.state({ id: "one", agent_id: "alice" }),
    ),
  ],
  history: [
    {
      args: ["one", variable],
      schema: variableWriteSchema,
      overHttp: () => client.history({ id: "one", variable }).then(({ writes }) => writes),
    },
  ],
  find: [
    {
      args: ["one", expression],
      schema: watchMomentSchema,
      overHttp: () => client.find({ id: "one", expression }).then(({ moments }) => moments),
    },
  ],
  widest: [
    {
      args: ["one"],
      schema: wideDecisionSchema,
      overHttp: () => client.widest({ id: "one" }).then(({ decisions }) => decisions),
    },
  ],
  diff: [
    document(["one", "other"], ENDPOINTS.compare, () => client.compare({ left: "one", right: "other" })),
    document(["one", "one"], ENDPOINTS.compare, () => client.compare({ left: "one", right: "one" })),
  ],
  batch: [
    document([], ENDPOINTS.batches, () => client.batches({})),
    document(["sweep", "--outcome", "turn > 2"], ENDPOINTS.batch, () =>
      client.batch({ id: "sweep", outcome: ["turn > 2"] }),
    ),
  ],
  verify: [document(["one"], ENDPOINTS.integrity, () => client.integrity({ id: "one" }))],
  schema: [document([], ENDPOINTS.eventSchemaDocument, () => client.eventSchemaDocument({}))],
};
/** They do something, and say what came of it. */
const DOING = ["run", "replay", "resume", "fork", "repair", "import", "rm", "ship"];
/** What a SELECT gives is what it asks for: no schema holds it. */
const OPEN = ["sql"];

it("every command that reads prints with --json what is held here", async () => {
  const { context } = fakeContext(directory);
  const commands = await commandsFor([]);
  const withJson = commands
    .map((make) => make({ ...context, exitWith: () => {} }))
    .filter((command) => command.options.some(({ long }) => long === "--json"))
    .map((command) => command.name());
  expect(withJson.filter((name) => ![...DOING, ...OPEN].includes(name)).toSorted()).toEqual(
    Object.keys(ANSWERS).toSorted(),
  );
});

for (const [command, all] of Object.entries(ANSWERS))
  for (const { args, schema, overHttp } of all)
    it(`llm-sim ${[command, ...args].join(" ")} --json prints the answer that HTTP gives`, async () => {
      const given = args.map((text) => (text === "ACTION" ? action.event_id : text));
      const { stdout, stderr } = await ask(directory, [command, ...given, "--json"]);
      const printed = command === "schema" ? [JSON.parse(stdout)] : jsonLines<unknown>(stdout);
      expect(printed.length, stderr).toBeGreaterThan(0);
      // What the schema does not know, it leaves out.
      for (const line of printed) expect(schema.parse(line)).toEqual(line);
      expect(printed).toEqual(await overHttp());
    });
