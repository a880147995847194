import {
  API_ERRORS,
  COMMON_ERRORS,
  ENDPOINTS,
  type Endpoint,
  errorSchema,
  search,
  searchMessages,
  streamMessages,
} from "@llm-sim/api";
import { expect } from "vitest";
import * as z from "zod";

interface Given {
  status: number;
  /** Without its parameters. */
  contentType: string | undefined;
  text: string;
}

/**
 * Throws where an answer to GET is not what its endpoint says, or says more than that. It is asked for every answer that a test of
 * this package gets, so that each of them holds the server to the contract.
 *
 * @param address as it was asked, with its parameters
 */
export function expectByContract(address: string, { status, contentType, text }: Given): void {
  const endpoint = endpointAt(address);
  if (status >= 400 && contentType === "application/json")
    expectError(endpoint, status, JSON.parse(text), address);
  if (endpoint === undefined || status !== 200) return;
  // Who navigates to an address that the UI has, too, is given its page.
  if (contentType === "text/html" && endpoint.tag === "batches") return;
  expect(contentType, address).toBe(endpoint.contentType ?? "application/json");
  if (contentType === "application/json") expectFit(endpoint.answer, JSON.parse(text), address);
  else for (const block of text.split("\n\n").slice(0, -1)) expectMessage(messageIn(block), address);
}

function expectError(endpoint: Endpoint | undefined, status: number, body: unknown, address: string): void {
  expectFit(errorSchema, body, address);
  const { code, details } = errorSchema.parse(body);
  expect(API_ERRORS[code].status, `${address}: ${code}`).toBe(status);
  expectFit(API_ERRORS[code].details, details, `${address}: details of ${code}`);
  // What stands before every route may refuse whatever is asked: the method, an address that cannot be read.
  if (endpoint !== undefined && status !== 405)
    expect([...COMMON_ERRORS, ...endpoint.errors], `${address}: the errors of its endpoint`).toContain(code);
}

/** One message of a stream, as a client read it. */
export function expectMessage({ event, data }: { event?: string; data?: string }, address: string): void {
  if (data === undefined) return; // a comment
  const messages = endpointAt(address)?.path === search.path ? searchMessages : streamMessages;
  const schema = z.record(z.string(), z.instanceof(z.ZodType)).parse(messages)[event ?? "message"];
  if (schema === undefined)
    throw new Error(`${address}: a message of a kind that is not in the contract: ${event}`);
  expectFit(schema, JSON.parse(data), `${address}: ${event ?? "message"}`);
}

/** A schema leaves out what it does not know: what comes out as it went in fits, and says no more. */
function expectFit(schema: z.ZodType, body: unknown, about: string): void {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Error(`${about} does not fit: ${z.prettifyError(parsed.error)}`);
  expect(parsed.data, `${about} says more than its schema`).toEqual(body);
}

function endpointAt(address: string): Endpoint | undefined {
  const path = address.replace(/[?#].*$/, "").replace(/(?<=.)\/$/, "");
  return Object.values<Endpoint>(ENDPOINTS).find((endpoint) =>
    new RegExp(`^${endpoint.path.replaceAll(/:\w+/g, "[^/]+")}$`).test(path),
  );
}

function messageIn(block: string): { event?: string; data?: string } {
  const fields = block.split("\n").map((line) => /^(\w+): (.*)$/.exec(line)?.slice(1) ?? []);
  return Object.fromEntries(fields.filter(([name]) => name !== undefined));
}
