import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { API_ERRORS, ENDPOINTS, type Endpoint, errorSchema } from "./index.ts";

const endpoints = Object.entries<Endpoint>(ENDPOINTS);

interface Place {
  where: string;
  schema: z.core.$ZodType;
}

/** Every schema below one, by the way there; those of events are another package's. */
function* schemasIn({ where, schema }: Place, seen = new Set<z.core.$ZodType>()): Generator<Place> {
  if (seen.has(schema)) return;
  seen.add(schema);
  yield { where, schema };
  const inner = (name: string, within: z.core.$ZodType) =>
    schemasIn({ where: `${where}${name}`, schema: within }, seen);
  if (schema instanceof z.ZodObject)
    for (const [name, member] of Object.entries(schema.shape)) yield* inner(`.${name}`, member);
  if (schema instanceof z.ZodArray) yield* inner("[]", schema.element);
  if (schema instanceof z.ZodRecord) yield* inner("{}", schema.valueType);
  if (schema instanceof z.ZodUnion && !(schema instanceof z.ZodDiscriminatedUnion))
    for (const option of schema.options) yield* inner("|", option);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    yield* inner("", schema.def.innerType);
}

const answers = [
  ...endpoints.map(([name, { answer }]): Place => ({ where: name, schema: answer })),
  { where: "error", schema: errorSchema },
  ...Object.entries(API_ERRORS).map(([code, { details }]): Place => ({ where: code, schema: details })),
].flatMap((place) => [...schemasIn(place)]);

describe("an endpoint", () => {
  it("takes the parts that its path has", () => {
    for (const [name, { path, parts }] of endpoints)
      expect(
        [...path.matchAll(/:(\w+)/g)].map(([, part]) => part),
        name,
      ).toEqual(Object.keys(parts.shape));
  });

  it("has an address and a name of its own", () => {
    for (const key of ["path", "operationId", "summary"] as const)
      expect(new Set(endpoints.map(([, endpoint]) => endpoint[key])).size, key).toBe(endpoints.length);
  });

  it("refuses parameters that it does not have", () => {
    for (const [name, { query }] of endpoints)
      expect(query.safeParse({ certainly_not: 1 }).error?.issues, name).toContainEqual(
        expect.objectContaining({ code: "unrecognized_keys" }),
      );
  });
});

describe("an answer", () => {
  it("has no default that would hide a missing field", () => {
    expect(answers.length).toBeGreaterThan(150);
    const hiding = answers.filter(
      ({ schema }) =>
        schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodCatch,
    );
    expect(hiding.map(({ where }) => where)).toEqual([]);
  });

  it("says of each field that may be absent when it is", () => {
    const silent = answers.filter(
      ({ schema }) => schema instanceof z.ZodOptional && (schema.description ?? "") === "",
    );
    expect(silent.map(({ where }) => where)).toEqual([]);
  });

  it("loses no member of a record for its name", () => {
    const given: unknown = Object.fromEntries([["__proto__", Symbol("fits no schema of ours but unknown")]]);
    const losing = answers.filter(({ schema }) => {
      if (!(schema instanceof z.ZodRecord) || !(schema.keyType instanceof z.ZodString)) return false;
      const { error, data = {} } = schema.safeParse(given);
      return error === undefined && !Object.hasOwn(data, "__proto__");
    });
    expect(losing.map(({ where }) => where)).toEqual([]);
  });

  it("lets a field pass that it does not know: a newer server may have more to say", () => {
    const refusing = answers.filter(
      ({ schema }) => schema instanceof z.ZodObject && schema.def.catchall instanceof z.ZodNever,
    );
    expect(refusing.map(({ where }) => where)).toEqual([]);
  });
});

describe("the package as it is built", () => {
  const dist = join(import.meta.dirname, "../dist");
  const files = readdirSync(dist).filter((file) => file.endsWith(".js"));

  it("stands on zod and the schemas of events alone, and on nothing of Node's", () => {
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const source = readFileSync(join(dist, file), "utf8");
      const imported = [...source.matchAll(/\bfrom "([^"]+)"|\bimport\(?\s*"([^"]+)"/g)].map(
        ([, from, bare]) => from ?? bare ?? "",
      );
      const foreign = imported.filter(
        (name) => !/^(\.\/[\w-]+\.js|zod|@llm-sim\/events\/(tape\/)?schema)$/.test(name),
      );
      expect(foreign, file).toEqual([]);
      expect(source, file).not.toMatch(/\b(Buffer|process|globalThis|require)\b[.(]/);
    }
  });

  it("is made for any system with fetch: its types need none of Node's", () => {
    const types = readdirSync(dist).filter((file) => file.endsWith(".d.ts"));
    for (const file of types)
      expect(readFileSync(join(dist, file), "utf8"), file).not.toMatch(/\bBuffer\b|types="node"|NodeJS\./);
  });
});
