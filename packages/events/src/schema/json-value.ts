import * as z from "zod";

/** What JSON can carry. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/**
 * Any JSON value, present. It is not walked: a line comes out of `JSON.parse`, which yields nothing else,
 * and a recursive check would cost more than the parse and overflow on a deep value.
 */
export const jsonValueSchema = z
  .custom<JsonValue>((value) => value !== undefined, "expected a JSON value")
  .meta({ description: "any JSON value" });

/** A JSON object whose members are not walked, for the same reason. */
export const jsonObjectSchema = z
  .custom<JsonObject>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "expected an object",
  )
  .meta({ type: "object" });
