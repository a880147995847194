// What is wrong with an answer, whatever was asked.
import { homedir, tmpdir } from "node:os";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { root } from "../install.mjs";
import { operationAt, problemOfAnswer, problemOfError, problemOfEvent } from "./document.mjs";

/** What may come to any request, before it is known what it asks for. */
const ANYWHERE = [400, 401, 403, 404, 405, 413, 429, 503];
const MAY_WAIT = ["OVERLOADED", "TOO_MANY_STREAMS"];
const INSIDE = [root, homedir(), `${tmpdir()}/`, "node_modules", "node:internal"].filter(
  (text) => text.length > 2,
);
const STACK = /(?:^|\\n|\n)\s+at .+[:(]\d+:\d+/;

/**
 * @param {import("./requests.mjs").MadeRequest} request
 * @param {string} method of the one of its requests that it answers
 * @param {import("./exchange.mjs").HttpAnswer} answer
 * @returns {string | undefined}
 */
export function problemOf({ target, isHttp }, method, answer) {
  const { status, headers, isWhole } = answer;
  const [contentType = ""] = (headers["content-type"] ?? "").split(";");
  const isStream = contentType === "text/event-stream";
  if (status >= 500 && status !== 503) return `status ${status}`;
  if (status === 422) return "status 422, which is never given";
  if (!isWhole && !isStream) return "the answer is cut short";
  const body = decoded(answer, isStream);
  const leak = leakIn(`${answer.head}\n${body}`);
  if (leak !== undefined) return `it tells of the inside: ${leak}`;
  if (headers["x-injected"] !== undefined) return "a header came in from outside";
  if (status >= 400) {
    const problem = problemOfFailure(status, headers, contentType, method === "HEAD" ? undefined : body);
    if (problem !== undefined) return problem;
  }
  const operation = isHttp ? operationAt(method === "HEAD" ? "GET" : method, pathOf(target)) : undefined;
  if (operation === undefined || method === "HEAD") {
    if (isHttp && status >= 400 && !ANYWHERE.includes(status)) return `status ${status} is given to nobody`;
    return undefined;
  }
  if (isStream) return problemOfMessages(body);
  // Who navigates to an address that the UI has, too, is given its page.
  if (contentType === "text/html" && operation.path.startsWith("/batches") && status === 200)
    return undefined;
  // What stands before every route may refuse whatever is asked.
  if (status === 404 && !operation.statuses.includes("404")) return undefined;
  return problemOfAnswer(operation, status, contentType, jsonOf(body));
}

function problemOfFailure(status, headers, contentType, body) {
  if (contentType !== "application/json") return `an error of ${status} as ${contentType || "nothing"}`;
  if (status === 503 && !/^\d+$/.test(headers["retry-after"] ?? "")) return "503 without Retry-After";
  if (body === undefined) return undefined;
  const error = jsonOf(body);
  if (error === undefined) return `an error of ${status} that is no JSON`;
  const problem = problemOfError(error);
  if (problem !== undefined) return `an error of ${status}: ${problem}`;
  if (status === 503 && !MAY_WAIT.includes(error.code)) return `503 ${error.code}`;
  return undefined;
}

function problemOfMessages(body) {
  for (const block of body.split("\n\n").slice(0, -1)) {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data === undefined) continue;
    const value = jsonOf(data);
    if (value === undefined) return `a message that is no JSON: ${data.slice(0, 200)}`;
    const event = /^event: (.*)$/m.exec(block)?.[1];
    if (event !== undefined) continue;
    const problem = problemOfEvent(value);
    if (problem !== undefined) return `a message: ${problem}`;
  }
  return undefined;
}

/** @returns how HEAD is otherwise answered than GET */
export function problemOfHead(head, get) {
  if (head.status !== get.status) return `HEAD has status ${head.status}, GET ${get.status}`;
  for (const name of ["content-type", "cache-control", "x-skipped-lines", "vary"]) {
    if (head.headers[name] !== get.headers[name])
      return `${name} of HEAD is ${head.headers[name]}, of GET ${get.headers[name]}`;
  }
  return head.body.length > 0 ? "HEAD has a body" : undefined;
}

function leakIn(text) {
  const found = INSIDE.find((inside) => text.includes(inside)) ?? STACK.exec(text)?.[0];
  return found?.slice(0, 200);
}

function decoded({ headers, body, isWhole }, isStream) {
  const encoding = headers["content-encoding"];
  if (encoding === undefined || body.length === 0 || !isWhole || isStream) return body.toString();
  if (encoding === "gzip") return gunzipSync(body).toString();
  if (encoding === "br") return brotliDecompressSync(body).toString();
  if (encoding === "deflate") return inflateSync(body).toString();
  return body.toString();
}

export function pathOf(target) {
  return target.replace(/^https?:\/\/[^/]*/, "").replace(/[?#].*$/, "");
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
