import type * as z from "zod";
import type { AnswerOf, Endpoint, RequestOf } from "./endpoint.ts";
import { isRepeated } from "./fields.ts";

/** A question as it is sent: the path with its parts in place, and the parameters as text. */
export interface Address {
  path: string;
  /** A list stands for a parameter that is given again for each of its values. */
  query: Record<string, string | string[]>;
}

/**
 * What the client stands on: GETs an address and resolves to the body, parsed as JSON. Tokens, repetition and answers that
 * are errors are its matter; it throws what the caller of the client shall see.
 */
export type GetJson = (address: Address, signal?: AbortSignal) => Promise<unknown>;

/** An answer of another shape than its endpoint's: of a server of another version, or of something in between. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
  readonly path: string;
  /** Where in the answer, as `steps.0.sentence`; empty for the whole of it. */
  readonly field: string;

  constructor(path: string, field: string, problem: string) {
    super(`The answer to ${path} is not what it should be at "${field}": ${problem}.`);
    this.path = path;
    this.field = field;
  }
}

/**
 * The parts of the path percent-encoded, lists joined with commas unless the endpoint takes them one by one; what is `undefined`, and a list of nothing, is left out.
 *
 * @throws TypeError where a part of the path is missing
 */
export function addressOf<Asked extends Endpoint>(endpoint: Asked, request: RequestOf<Asked>): Address {
  const given = new Map<string, unknown>(Object.entries(request));
  const path = endpoint.path.replace(/:(\w+)/g, (_, part: string) => {
    const value = given.get(part);
    given.delete(part);
    if (typeof value !== "string" || value === "")
      throw new TypeError(`${endpoint.path}: ${part} is missing.`);
    // Taken for a step along the path, whatever is escaped.
    if (value === "." || value === "..")
      throw new TypeError(`${endpoint.path}: ${part} cannot be "${value}".`);
    return encodeURIComponent(value);
  });
  const query: Address["query"] = {};
  for (const [name, value] of given) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    query[name] =
      Array.isArray(value) && isRepeated(endpoint.query.shape[name]) ? value.map(textOf) : textOf(value);
  }
  return { path, query };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(",");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Asks one question; the answer is parsed by the endpoint's schema, and fields that it does not know are left out.
 *
 * @throws UnexpectedAnswer naming the first field that does not fit; and what `get` throws
 */
export async function ask<Asked extends Endpoint>(
  get: GetJson,
  endpoint: Asked,
  request: RequestOf<Asked>,
  signal?: AbortSignal,
): Promise<AnswerOf<Asked>> {
  const address = addressOf(endpoint, request);
  return parseAnswer<Asked["answer"]>(endpoint, await get(address, signal), address.path);
}

/** @throws UnexpectedAnswer */
export function parseAnswer<Answer extends z.ZodType>(
  { answer, path }: Pick<Endpoint<string, z.ZodObject, z.ZodObject, Answer>, "answer" | "path">,
  body: unknown,
  asked: string = path,
): z.output<Answer> {
  const parsed = answer.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnexpectedAnswer(asked, issue?.path.map(String).join(".") ?? "", issue?.message ?? "unknown");
}

/** A function for each of the endpoints. */
export type Client<Endpoints extends Record<string, Endpoint>> = {
  readonly [Name in keyof Endpoints]: (
    request: RequestOf<Endpoints[Name]>,
    signal?: AbortSignal,
  ) => Promise<AnswerOf<Endpoints[Name]>>;
};

/**
 * The client is made of the endpoints, not written.
 *
 *     const client = createClient(getJsonOver({ baseUrl: "http://127.0.0.1:8000" }), QUESTIONS);
 *     const { steps } = await client.why({ id: "market-7", variable: "alice.wealth" });
 *
 * @param endpoints those that are needed: a bundle holds the schemas of no others
 */
export function createClient<Endpoints extends Record<string, Endpoint>>(
  get: GetJson,
  endpoints: Endpoints,
): Client<Endpoints>;
export function createClient(get: GetJson, endpoints: Record<string, Endpoint>): Client<typeof endpoints> {
  const entries = Object.entries(endpoints).map(
    ([name, endpoint]): [string, Client<typeof endpoints>[string]] => [
      name,
      (request, signal) => ask(get, endpoint, request, signal),
    ],
  );
  return Object.fromEntries(entries);
}
