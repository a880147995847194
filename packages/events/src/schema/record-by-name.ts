import * as z from "zod";

const zodsRecord: { init(schema: object, definition: object): void } = z.ZodRecord;

/**
 * A record whose keys are names that people give: agents, variables, parameters. zod's own leaves out a member called
 * `__proto__`, which is a name like any other; this one keeps every member as the record's own. In types and in JSON Schema
 * it is what `z.record(z.string(), …)` is.
 */
export function recordByName<Value extends z.ZodType>(value: Value): z.ZodRecord<z.ZodString, Value> {
  const RecordByName = z.core.$constructor<z.ZodRecord<z.ZodString, Value>>(
    "RecordByName",
    (schema, definition) => {
      zodsRecord.init(schema, definition);
      const { _zod: inner } = schema;
      inner.parse = (payload, context) => {
        const given = payload.value;
        if (!isObject(given)) {
          payload.issues.push({ expected: "record", code: "invalid_type", input: given, inst: schema });
          return payload;
        }
        const kept: Record<string, unknown> = {};
        const { _zod: member } = definition.valueType;
        for (const [name, input] of Object.entries(given)) {
          const result = member.run({ value: input, issues: [] }, context);
          if (result instanceof Promise) throw new z.core.$ZodAsyncError();
          payload.issues.push(...z.core.util.prefixIssues(name, result.issues));
          define(kept, name, result.value);
        }
        return Object.assign(payload, { value: kept });
      };
    },
  );
  return new RecordByName({ type: "record", keyType: z.string(), valueType: value });
}

/** By assignment where that does the same, as it is faster: a member called `__proto__` would become the prototype. */
function define(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__")
    Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
  else record[name] = value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member that a record has itself: one that it lacks may be called as something that every object has, `constructor` say. */
export function memberOf<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
