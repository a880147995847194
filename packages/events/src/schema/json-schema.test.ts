import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { least, maybeEvent } from "./events.test.fixture.ts";
import { EVENT_TYPES, eventJsonSchema, eventSchema } from "./index.ts";

const FILE = fileURLToPath(new URL("../../../../docs/event.schema.json", import.meta.url));

describe("docs/event.schema.json", () => {
  it("is the schema that the types are made from (UPDATE_DOCS=1 writes it anew)", () => {
    const text = `${JSON.stringify(eventJsonSchema(), null, 2)}\n`;
    if (process.env.UPDATE_DOCS === "1") writeFileSync(FILE, text);
    expect(readFileSync(FILE, "utf8")).toBe(text);
  });
});

describe("the JSON Schema of an event", () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(eventJsonSchema());

  it.each(EVENT_TYPES)("takes the least %s event", (type) => {
    expect(validate(least[type])).toBe(true);
  });

  it("says of any event what zod says", () => {
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(maybeEvent, (event) => {
        // As a reader gets it: without the members that are undefined.
        const read: unknown = JSON.parse(JSON.stringify(event));
        const expected = eventSchema.safeParse(read).success;
        if (expected) taken++;
        else refused++;
        expect(validate(read), JSON.stringify({ read, errors: validate.errors, expected })).toBe(expected);
      }),
      { numRuns: 2000 },
    );
    // Both sorts in earnest, or the property says nothing.
    expect(taken).toBeGreaterThan(200);
    expect(refused).toBeGreaterThan(200);
  });
});
