import { spawn, spawnSync } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { createServer } from "node:http";
import { inspect } from "node:util";
import { type AttemptResult, attemptResultSchema } from "@llm-sim/events/tape/schema";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { jsonSchemaFor, type ModelRequest } from "../request/index.ts";
import { type ModelServer, type ServerStep, startModelServer } from "../testing/index.ts";
import { createModelClient, type ModelClientError } from "./index.ts";

const KEY = "sk-live-1234567890abcdef";
const request: ModelRequest = {
  model: "llama3.1",
  sampling: {},
  messages: [
    { role: "system", content: "You fish." },
    { role: "user", content: "How much?" },
  ],
};

const servers: ModelServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function started(steps: readonly ServerStep[]): Promise<ModelServer> {
  const server = await startModelServer(steps);
  servers.push(server);
  return server;
}

async function attempt(step: ServerStep, asked: ModelRequest = request, timeoutMs = 5000) {
  const server = await started([step]);
  const client = await createModelClient({ base_url: server.base_url, api_key_env: "KEY" }, { KEY });
  const outcome = await client.attempt(asked, { timeoutMs });
  return { outcome, requests: server.requests };
}

describe("an attempt", () => {
  it("keeps what the address asks for, as Azure's does", async () => {
    const server = await started([{}]);
    const client = await createModelClient({ base_url: `${server.base_url}/?api-version=2024-10-21` });
    await client.attempt(request, { timeoutMs: 5000 });
    expect(server.requests.map(({ path }) => path)).toEqual(["/v1/chat/completions?api-version=2024-10-21"]);
  });

  it("is one request of the chat completions, with the key in its header alone", async () => {
    const schema = jsonSchemaFor(z.object({ price: z.number() }));
    const sampling = { temperature: 0.5, top_p: 0.9, max_tokens: 50, seed: 7, stop: ["\n\n"] };
    const { requests } = await attempt({}, { ...request, sampling, schema });
    expect(requests.map(({ path, headers, body }) => [path, headers.authorization, body])).toEqual([
      [
        "/v1/chat/completions",
        `Bearer ${KEY}`,
        {
          model: "llama3.1",
          messages: request.messages,
          temperature: 0.5,
          top_p: 0.9,
          max_tokens: 50,
          seed: 7,
          stop: ["\n\n"],
          response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema } },
        },
      ],
    ]);
  });

  it("asks for a schema outside of the strict mode where it is none of that", async () => {
    const schema = jsonSchemaFor(z.object({ price: z.number().optional() }));
    const { requests } = await attempt({}, { ...request, schema });
    expect(requests[0]?.body).toMatchObject({ response_format: { json_schema: { strict: false, schema } } });
  });

  it.each([
    ["object", { response_format: { type: "json_object" } }],
    ["off", {}],
  ] as const)(
    "asks for JSON as the server can (%s), and says nothing of it",
    async (structured_output, asked) => {
      const server = await started([{}]);
      const client = await createModelClient({ base_url: server.base_url, structured_output });
      const schema = jsonSchemaFor(z.object({ price: z.number() }));
      const outcome = await client.attempt({ ...request, schema }, { timeoutMs: 5000 });
      expect(server.requests[0]?.body).toEqual({ model: "llama3.1", messages: request.messages, ...asked });
      expect(outcome).not.toHaveProperty("warnings");
    },
  );

  it("that a server does not take for its schema says which setting is another", async () => {
    const { outcome } = await attempt({ status: 400, error: "This response_format type is unavailable now" });
    expect(outcome).toMatchObject({
      error:
        "This response_format type is unavailable now (llm.structured_output: object or off asks without a schema)",
      retryable: false,
    });
  });

  it("sends who speaks by name", async () => {
    const messages = (["system", "user", "assistant", "user"] as const).map((role) => ({
      role,
      content: "Hello",
      name: `${role}-1`,
    }));
    const { requests } = await attempt({}, { ...request, messages });
    expect(requests[0]?.body).toEqual({ model: "llama3.1", messages });
  });

  it("sends no key where none is named", async () => {
    const server = await started([{}]);
    const client = await createModelClient({ base_url: server.base_url }, { OPENAI_API_KEY: KEY });
    await client.attempt(request, { timeoutMs: 5000 });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });
});

const outcomes: [string, ServerStep, object][] = [
  ["an answer", { text: "Three." }, { outcome: "response", text: "Three.", finish_reason: "stop" }],
  [
    "its usage",
    {
      usage: {
        prompt_tokens: 30,
        completion_tokens: 20,
        prompt_tokens_details: { cached_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 5 },
      },
    },
    {
      usage: { input_tokens: 30, output_tokens: 20, cached_tokens: 10, reasoning_tokens: 5 },
      served_model: "llama3.1",
    },
  ],
  [
    "no usage: an estimate",
    { usage: null, text: "Twelve bytes" },
    { usage: { input_tokens: 5, output_tokens: 3, estimated: true } },
  ],
  ["thinking apart", { reasoning: "Hm.", text: "3" }, { text: "3", reasoning: "Hm." }],
  ["thinking in the text", { text: "<think>Hm.</think>3" }, { text: "<think>Hm.</think>3" }],
  ["fenced JSON", { text: '```json\n{"price": 3}\n```' }, { text: '```json\n{"price": 3}\n```' }],
  ["what violates the schema", { json: { cost: 3 } }, { outcome: "response", text: '{"cost":3}' }],
  ["truncation", { text: '{"pri', finish_reason: "length" }, { text: '{"pri', finish_reason: "length" }],
  ["a refusal", { refusal: "I can't." }, { text: "I can't.", finish_reason: "content-filter" }],
  [
    "a filter's",
    { text: "", finish_reason: "content_filter" },
    { text: "", finish_reason: "content-filter" },
  ],
  ["another end", { finish_reason: "model_overloaded" }, { outcome: "response", finish_reason: "other" }],
  ["an empty answer", { text: "" }, { outcome: "response", text: "" }],
  ["another model", { served_model: "llama3.2" }, { served_model: "llama3.2" }],
  [
    "429 with Retry-After",
    { status: 429, error: "slow down", headers: { "retry-after": "2" } },
    { outcome: "http_error", status: 429, error: "slow down", retryable: true, retry_after_ms: 2000 },
  ],
  ["429 without", { status: 429 }, { outcome: "http_error", status: 429, error: "no", retryable: true }],
  [
    "a quota used up",
    { status: 429, body: '{"error":{"message":"pay","code":"insufficient_quota"}}' },
    { outcome: "http_error", status: 429, error: "pay", retryable: false },
  ],
  ["500", { status: 500, body: "oops" }, { status: 500, error: "oops", retryable: true }],
  ["529", { status: 529 }, { status: 529, retryable: true }],
  ["500 without a word", { status: 500, body: "" }, { status: 500, error: "Internal Server Error" }],
  ["a wrong key", { status: 401, error: "who?" }, { status: 401, error: "who?", retryable: false }],
  [
    "an unknown model",
    { status: 404, body: '{"error":"no such model"}' },
    { status: 404, error: "no such model" },
  ],
  [
    "a dropped connection",
    { fault: "drop" },
    { outcome: "network", error: expect.stringMatching(/^no answer: /) },
  ],
  ["a hang", { fault: "hang" }, { outcome: "timeout", error: "no answer within 0.3 s" }],
  [
    "one that stops in the middle",
    { fault: "stall" },
    { outcome: "timeout", error: "no answer within 0.3 s" },
  ],
  [
    "a redirect",
    { status: 307, headers: { location: "http://127.0.0.1:9/v2" } },
    {
      outcome: "http_error",
      status: 307,
      error: "the server sends elsewhere, to http://127.0.0.1:9/v2: give that address as llm.base_url",
      retryable: false,
    },
  ],
  ["a slow answer", { delay_ms: 60_000 }, { outcome: "timeout" }],
  [
    "malformed JSON",
    { body: '{"choices": [' },
    {
      outcome: "invalid",
      error: "the answer is not JSON, or breaks off in the middle",
      text: '{"choices": [',
    },
  ],
  ["half an answer", { fault: "break_json" }, { outcome: "invalid", text: expect.stringMatching(/^\{"id"/) }],
  ["one that breaks off", { fault: "break_off" }, { outcome: "invalid" }],
  ["an empty body", { body: "" }, { outcome: "invalid" }],
  [
    "a page",
    { body: "<html>Welcome</html>", headers: { "content-type": "text/html" } },
    { outcome: "invalid" },
  ],
  ["no choices", { body: '{"choices":[]}' }, { outcome: "invalid" }],
  [
    "other JSON",
    { body: '{"a":1}' },
    { outcome: "invalid", error: "the answer is JSON, and no chat completion" },
  ],
  [
    "an error with status 200",
    { body: '{"error":{"message":"overloaded"}}' },
    { outcome: "invalid", error: "the server says, with a status of success: overloaded" },
  ],
];

describe("of what a server does, the outcome is said", () => {
  it.each(outcomes)("%s", async (_, step, expected) => {
    const { outcome, requests } = await attempt(
      step,
      request,
      /hang|stall/.test(step.fault ?? "") || step.delay_ms ? 300 : 5000,
    );
    expect(outcome).toMatchObject(expected);
    const onTape: AttemptResult = outcome;
    expect(attemptResultSchema.strict().safeParse(onTape).error).toBeUndefined();
    expect(requests).toHaveLength(1);
  });

  it("a server that is not there", async () => {
    const server = await startModelServer([{}]);
    await server.close();
    const client = await createModelClient({ base_url: server.base_url });
    expect(await client.attempt(request, { timeoutMs: 5000 })).toMatchObject({
      outcome: "network",
      error: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("a server that names no model", async () => {
    expect((await attempt({ served_model: null })).outcome).not.toHaveProperty("served_model");
  });

  it("leaves nothing on a signal that many calls share", async () => {
    const server = await started([{}]);
    const client = await createModelClient({ base_url: server.base_url });
    const { signal } = new AbortController();
    await client.attempt(request, { timeoutMs: 5000, signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("the caller's signal, before and during", async () => {
    const server = await started([{ fault: "hang" }]);
    const client = await createModelClient({ base_url: server.base_url });
    const before = await client.attempt(request, { timeoutMs: 5000, signal: AbortSignal.abort() });
    expect([before.outcome, server.requests.length]).toEqual(["aborted", 0]);
    const controller = new AbortController();
    const during = client.attempt(request, { timeoutMs: 5000, signal: controller.signal });
    await vi.waitFor(() => expect(server.open).toBe(1));
    controller.abort(new Error("stop"));
    expect(await during).toMatchObject({ outcome: "aborted", error: "the call was broken off" });
    await vi.waitFor(() => expect(server.open).toBe(0));
  });
});

describe("the key", () => {
  it.each<[string, ServerStep]>([
    ["an error", { status: 401, error: "wrong key", echo_key: true }],
    ["an answer", { text: "your key is", echo_key: true, served_model: KEY, reasoning: KEY }],
    ["a page", { status: 200, body: `<html>${KEY}</html>`, echo_key: true }],
    ["an error's page", { status: 502, body: `<html>Bearer ${KEY}</html>`, echo_key: true }],
    ["an error with 200", { body: JSON.stringify({ error: { message: KEY } }) }],
  ])("is in no outcome, though the server echoes it in %s", async (_, step) => {
    const { outcome, requests } = await attempt(step);
    expect(requests[0]?.headers.authorization).toContain(KEY);
    expect(inspect(outcome, { depth: 20, showHidden: true })).not.toContain(KEY);
    expect(JSON.stringify(outcome)).toContain("[secret]");
  });

  it("is not seen in the client", async () => {
    const client = await createModelClient(
      { base_url: "http://localhost:1/v1", api_key_env: "KEY" },
      { KEY },
    );
    expect(inspect(client, { depth: 20, showHidden: true })).not.toContain(KEY);
    expect(client.withoutSecrets(`It is ${KEY}.`)).toBe("It is [secret].");
  });
});

describe("what cannot be asked is said in one line, with what to do", () => {
  const made = (settings: object, env = {}) => createModelClient(settings, env);
  const base_url = "http://localhost:1/v1";
  it.each<[() => Promise<unknown>, string, RegExp]>([
    [
      () => made({ base_url, api_key_env: "NO_KEY" }),
      "LLM_KEY_MISSING",
      /^llm.api_key_env names NO_KEY, which is not set: /,
    ],
    [() => made({ base_url, api_key_env: "K" }, { K: " " }), "LLM_KEY_MISSING", /which is not set/],
    [() => made({ provider: "anthropic" }), "LLM_KEY_MISSING", /such as ANTHROPIC_API_KEY/],
    [
      () => made({ base_url, api_key_env: "K" }, { K: "sk-aaaa\nbbbb" }),
      "LLM_KEY_INVALID",
      /^K holds no key: /,
    ],
    [() => made({ base_url, api_key_env: "K" }, { K: "schlüssel" }), "LLM_KEY_INVALID", /^K holds no key: /],
    [
      () => made({ base_url: "http://bob:pass@localhost/v1" }),
      "LLM_ADDRESS_INVALID",
      /^llm.base_url holds a user/,
    ],
    [
      () => made({ base_url: "http://localhost/v1?key=pass" }),
      "LLM_ADDRESS_INVALID",
      /^llm.base_url holds a user/,
    ],
    [() => made({ base_url: "localhost:11434" }), "LLM_ADDRESS_INVALID", /^llm.base_url is no address/],
    [() => made({ base_url: "/v1" }), "LLM_ADDRESS_INVALID", /^llm.base_url is no address/],
    [() => made({}), "LLM_ADDRESS_INVALID", /such as http:\/\/localhost:11434\/v1/],
    [
      async () => (await made({ base_url })).attempt(request, { timeoutMs: 400_000 }),
      "LLM_REQUEST_INVALID",
      /a timeout of 400000 ms/,
    ],
    [
      async () =>
        (await made({ base_url })).attempt(
          { ...request, messages: [{ role: "tool", content: "" }] },
          { timeoutMs: 1000 },
        ),
      "LLM_REQUEST_INVALID",
      /messages\[0\] has the role "tool"/,
    ],
    ...[
      { ...request, messages: [] },
      { ...request, model: "" },
      { ...request, sampling: { temperature: Number.NaN } },
      { ...request, sampling: { max_tokens: 0 } },
    ].map((asked): [() => Promise<unknown>, string, RegExp] => [
      async () => (await made({ base_url })).attempt(asked, { timeoutMs: 1000 }),
      "LLM_REQUEST_INVALID",
      /^(messages|model|sampling\.\w+) cannot be sent: /,
    ]),
  ])("%#", async (attempted, code, message) => {
    const error = await attempted().then(
      () => undefined,
      (thrown: ModelClientError) => thrown,
    );
    expect(error).toMatchObject({ name: "ModelClientError", code, message: expect.stringMatching(message) });
    expect(error?.message).not.toContain("\n");
  });
});

describe("Anthropic's API", () => {
  async function answered(status: number, body: object) {
    const received: unknown[] = [];
    const http = createServer((incoming, response) => {
      const { "x-api-key": key } = incoming.headers;
      received.push([incoming.url, key]);
      incoming.resume();
      response.writeHead(status, { "content-type": "application/json", "x-echo": String(key) });
      response.end(JSON.stringify(body).replace("$KEY", String(key)));
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const address = http.address();
    const port = typeof address === "object" ? address?.port : 0;
    const client = await createModelClient(
      { provider: "anthropic", base_url: `http://127.0.0.1:${port}/v1`, api_key_env: "KEY" },
      { KEY, ANTHROPIC_API_KEY: "another" },
    );
    const outcome = await client.attempt(
      { ...request, model: "claude-sonnet-4-5", sampling: { seed: 7 } },
      { timeoutMs: 5000 },
    );
    http.close();
    http.closeAllConnections();
    return { outcome, received };
  }

  it("answers in the same way, and what it cannot do is said, not printed", async () => {
    const printed = [vi.spyOn(console, "warn"), vi.spyOn(console, "info"), vi.spyOn(console, "log")];
    const { outcome, received } = await answered(200, {
      type: "message",
      id: "msg_1",
      role: "assistant",
      model: "claude-sonnet-4-5-20250929",
      content: [{ type: "text", text: "Three, $KEY." }],
      stop_reason: "end_turn",
      usage: { input_tokens: 12, output_tokens: 3 },
    });
    expect(received).toEqual([["/v1/messages", KEY]]);
    expect(outcome).toMatchObject({
      outcome: "response",
      text: "Three, [secret].",
      finish_reason: "stop",
      served_model: "claude-sonnet-4-5-20250929",
      usage: { input_tokens: 12, output_tokens: 3 },
      warnings: ["seed is not supported"],
    });
    for (const spy of printed) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it("fails in the same way", async () => {
    const error = { type: "overloaded_error", message: "Overloaded, $KEY" };
    expect((await answered(529, { type: "error", error })).outcome).toMatchObject({
      outcome: "http_error",
      status: 529,
      error: "Overloaded, [secret]",
      retryable: true,
    });
  });

  it("knows no names of who speaks", async () => {
    const client = await createModelClient({ provider: "anthropic", api_key_env: "KEY" }, { KEY });
    const named: ModelRequest = { ...request, messages: [{ role: "user", content: "", name: "alice" }] };
    await expect(client.attempt(named, { timeoutMs: 1000 })).rejects.toThrow(
      /^messages\[0\] has the name "alice", which Anthropic's API does not know: /,
    );
  });
});

it("prints nothing and keeps no program open", async () => {
  const server = await started([{}]);
  const program = `
    import { createModelClient } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
    const client = await createModelClient({ base_url: ${JSON.stringify(server.base_url)} });
    const request = { model: "m", sampling: {}, messages: [{ role: "system", content: "s" }, { role: "user", content: "u" }] };
    const { outcome } = await client.attempt(request, { timeoutMs: 200_000 });
    process.stdout.write(outcome);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const [code] = await once(child, "close");
  expect([code, printed]).toEqual([0, "response"]);
});

describe("a provider whose package is not installed", () => {
  it("is told in one line, with what to install", () => {
    // As Node resolves where it is not there.
    const hook = `export async function resolve(specifier, context, next) {
      if (specifier === "@ai-sdk/anthropic")
        throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
      return next(specifier, context);
    }`;
    const program = `
      import { register } from "node:module";
      register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hook)}));
      const { createModelClient } = await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)});
      await createModelClient({ provider: "anthropic", api_key_env: "K" }, { K: "sk-ant-0123456789" }).catch((error) =>
        console.log(error.code, error.message));
    `;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(stdout).toBe(
      "LLM_PROVIDER_NOT_INSTALLED provider: anthropic needs a package that is not installed: npm install @ai-sdk/anthropic@3\n",
    );
  });
});
