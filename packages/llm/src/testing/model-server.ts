import { createServer, type ServerResponse } from "node:http";

/** What the server does with one request. Members that are absent have it answer as a well-behaved server does. */
export interface ServerStep {
  /** The answer's text. */
  text?: string;
  /** The answer's text as the JSON of this. */
  json?: unknown;
  /** Thinking apart from the text, as DeepSeek and vLLM give it. */
  reasoning?: string;
  /** A refusal in place of a text, as OpenAI gives it. */
  refusal?: string;
  finish_reason?: string;
  /** The model that it says has answered; absent: the one that was asked for; `null`: it says none. */
  served_model?: string | null;
  /** `null`: none is given. */
  usage?: Usage | null;
  /** Before the answer, in milliseconds. */
  delay_ms?: number;
  /** Not 200: an error with `error` as its message. */
  status?: number;
  error?: string;
  headers?: Readonly<Record<string, string>>;
  /** The body as it is, whatever it is. */
  body?: string;
  /** Puts the request's `Authorization` header, and what of it is the key, into error and headers. */
  echo_key?: boolean;
  /**
   * `hang`: never answers. `stall`: stops in the middle of the answer. `drop`: ends the connection in place of an answer. `break_off`:
   * ends it in the middle of the answer. `break_json`: half of the answer, as if it were the whole.
   */
  fault?: "hang" | "stall" | "drop" | "break_off" | "break_json";
}

interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number };
  completion_tokens_details?: { reasoning_tokens?: number };
}

export interface ReceivedRequest {
  path: string;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as it was parsed, or, where it is no JSON, its text. */
  body: unknown;
  /** In milliseconds since 1970. */
  received_at: number;
}

export interface ModelServer {
  /** `http://127.0.0.1:41234/v1`, as a config's `base_url`. */
  base_url: string;
  /** All that came, in order. */
  requests: readonly ReceivedRequest[];
  /** How many are being answered now, and how many were at most. */
  open: number;
  mostOpen: number;
  close(): Promise<void>;
}

/**
 * Starts a server on loopback that speaks OpenAI's chat completions, not streamed, and does as it is told.
 *
 * @param script what it does with each request: steps in the order of requests, the last one for all that follow; or a function of the
 * request and its number from 0
 * @param options.port where it listens; any that is free where it is left out
 * @example
 * const server = await startModelServer([{ status: 429, headers: { "retry-after": "1" } }, { json: { price: 3 } }]);
 */
export async function startModelServer(
  script:
    | readonly ServerStep[]
    | ((request: ReceivedRequest, index: number) => ServerStep | Promise<ServerStep>),
  { port: wanted = 0 }: { port?: number } = {},
): Promise<ModelServer> {
  const requests: ReceivedRequest[] = [];
  const stepOf = (request: ReceivedRequest, index: number) =>
    typeof script === "function" ? script(request, index) : (script[index] ?? script.at(-1) ?? {});
  const http = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    server.open++;
    server.mostOpen = Math.max(server.mostOpen, server.open);
    response.once("close", () => server.open--);
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { url = "", headers } = incoming;
      const body = parsed(Buffer.concat(chunks).toString());
      const request = { path: url, headers, body, received_at: Date.now() };
      requests.push(request);
      void answer(request, response, stepOf, requests.length - 1);
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject).listen(wanted, "127.0.0.1", resolve);
  });
  const address = http.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const server: ModelServer = {
    base_url: `http://127.0.0.1:${port}/v1`,
    requests,
    open: 0,
    mostOpen: 0,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

async function answer(
  request: ReceivedRequest,
  response: ServerResponse,
  stepOf: (request: ReceivedRequest, index: number) => ServerStep | Promise<ServerStep>,
  index: number,
): Promise<void> {
  if (!/\/chat\/completions(?:\?|$)/.test(request.path))
    return send(response, 404, {}, errorText(`there is no ${request.path}`));
  const step = await stepOf(request, index);
  if (step.delay_ms !== undefined) await new Promise((resolve) => setTimeout(resolve, step.delay_ms));
  if (step.fault === "hang") return;
  if (step.fault === "drop") {
    response.socket?.destroy();
    return;
  }
  const { authorization } = request.headers;
  const key = typeof authorization === "string" ? authorization : "";
  const headers = { ...step.headers, ...(step.echo_key && { "x-received-authorization": key }) };
  const status = step.status ?? 200;
  const echoed = step.echo_key ? `: ${key}, which is ${key.replace(/^Bearer /, "")}` : "";
  const body =
    step.body ??
    (status === 200 ? completion(step, request, echoed) : errorText((step.error ?? "no") + echoed));
  const half = body.slice(0, Math.ceil(body.length / 2));
  if (step.fault === "break_json") return send(response, status, headers, half);
  if (step.fault === "break_off" || step.fault === "stall") {
    response.writeHead(status, {
      ...headers,
      "content-type": "application/json",
      "content-length": body.length * 2,
    });
    response.write(half, () => step.fault === "break_off" && response.socket?.destroy());
    return;
  }
  send(response, status, headers, body);
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

const errorText = (message: string) => JSON.stringify({ error: { message, type: "error", code: null } });

function completion(step: ServerStep, { body }: ReceivedRequest, echoed: string): string {
  const asked = typeof body === "object" && body !== null && "model" in body ? body.model : undefined;
  const content = step.json === undefined ? (step.text ?? "Yes.") : JSON.stringify(step.json);
  const usage = step.usage === undefined ? { prompt_tokens: 11, completion_tokens: 7 } : step.usage;
  const served = step.served_model === undefined ? asked : step.served_model;
  return JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    ...(served !== null && { model: served }),
    choices: [
      {
        index: 0,
        finish_reason: step.finish_reason ?? "stop",
        message: {
          role: "assistant",
          content: step.refusal === undefined ? content + echoed : null,
          ...(step.refusal !== undefined && { refusal: step.refusal }),
          ...(step.reasoning !== undefined && { reasoning_content: step.reasoning }),
        },
      },
    ],
    ...(usage && { usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens } }),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
