import { recordByName } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { noParts, noQuery } from "./fields.ts";

export const eventSchemaDocument = defineEndpoint({
  path: "/schema/event",
  operationId: "getEventSchema",
  summary: "The JSON Schema of an event",
  tag: "server",
  parts: noParts,
  query: noQuery,
  answer: recordByName(z.unknown()),
  answers: "A JSON Schema, draft 2020-12.",
  errors: [],
});
