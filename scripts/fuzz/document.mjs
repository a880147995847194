// What the OpenAPI document says: which requests there are, and what is held against answers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { root } from "../install.mjs";

const document = JSON.parse(readFileSync(join(root, "docs", "openapi.json"), "utf8"));

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema(document, "openapi");

/**
 * Every operation that is documented.
 *
 * @type {{ path: string, method: "GET" | "POST", parameters: { name: string, in: string, required: boolean, schema: object }[], body?:
 *   object, statuses: string[] }[]}
 */
export const OPERATIONS = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
    path,
    method: method.toUpperCase(),
    parameters,
    ...(requestBody && { body: requestBody.content["application/json"].schema }),
    statuses: Object.keys(responses),
  })),
);

/** The operation that an address is of, where one is served there. */
export function operationAt(method, pathname) {
  const path = pathname.replace(/(?<=.)\/$/, "");
  return OPERATIONS.find(
    (operation) =>
      operation.method === method &&
      new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path),
  );
}

/** @returns {string | undefined} how the value does not fit what is documented for the answer */
export function problemOfAnswer({ path, method }, status, contentType, value) {
  const content = document.paths[path][method.toLowerCase()].responses[status]?.content;
  if (content === undefined) return `status ${status} is not documented`;
  if (content[contentType] === undefined)
    return `${contentType} is not documented for ${status}, but ${Object.keys(content).join()}`;
  if (contentType === "text/event-stream") return undefined;
  const pointer = [
    "paths",
    path,
    method.toLowerCase(),
    "responses",
    String(status),
    "content",
    contentType,
    "schema",
  ];
  return problemAt(pointer, value);
}

export function problemOfEvent(value) {
  return problemAt(["components", "schemas", "Event"], value);
}

/** Of an answer that is no success, wherever it comes from. */
export function problemOfError(value) {
  return problemAt(["components", "schemas", "Error"], value);
}

function problemAt(names, value) {
  const pointer = names
    .map((name) => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");
  const validate = ajv.getSchema(`openapi#/${pointer}`);
  if (validate === undefined) return `nothing is documented at ${pointer}`;
  if (validate(value)) return undefined;
  return `it does not fit the document: ${ajv.errorsText(validate.errors).slice(0, 400)}`;
}
