import type { IncomingMessage, ServerResponse } from "node:http";
import type { Parsed, Store } from "@llm-sim/store";
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawServerDefault } from "fastify";
import type * as z from "zod";
import type { Gate } from "../answers/index.ts";
import type { Forks } from "../forks/index.ts";
import type { LiveStreams } from "../live/index.ts";
import type { FairBudget } from "../memory/index.ts";

/**
 * Handlers get what the route's schemas have parsed, once and for all. What they send is not typed and not checked while it goes out, because
 * lines leave as the bytes they are; the contract test holds the answers to the schemas instead.
 */
interface SchemaTypes extends FastifyTypeProvider {
  validator: this["schema"] extends z.ZodType ? Parsed<this["schema"]> : unknown;
  serializer: unknown;
}

/** Where routes are added. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  SchemaTypes
>;

/** What routes answer from. */
export interface ApiContext {
  store: Store;
  /** Bytes of short answers that are being made or sent. */
  memory: FairBudget;
  /** The way to those that may take long. */
  gate: Gate;
  streams: LiveStreams;
  /** Those that the server has started; not there where it does not write. */
  forks: Forks | undefined;
}

/** One resource's file: adds its route, or its few. */
export type AddRoutes = (api: Api, context: ApiContext) => void;
