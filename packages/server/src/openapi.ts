import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import {
  causalityEntrySchema,
  errorSchema,
  gapSchema,
  runDetailsSchema,
  runSummarySchema,
  stepSchema,
  TAGS,
} from "@llm-sim/api";
import { buildOf } from "@llm-sim/events/run";
import { eventSchema } from "@llm-sim/events/schema";
import type { FastifyInstance } from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import * as z from "zod";
import { CONTENT_SECURITY_POLICY_TEXT } from "./safety/index.ts";

/** Schemas that the OpenAPI document names instead of repeating. */
const componentSchemas = z.registry<{ id: string }>();
const COMPONENTS = {
  Event: eventSchema,
  CausalityEntry: causalityEntrySchema,
  Simulation: runSummarySchema,
  SimulationDetails: runDetailsSchema,
  Step: stepSchema,
  Gap: gapSchema,
  Error: errorSchema,
};
for (const [id, schema] of Object.entries(COMPONENTS)) componentSchemas.add(schema, { id });

const DESCRIPTION =
  "Ask a run anything: its events, filtered and paged, what caused what, how things stood and why, where two runs part ways, and what is written right now.";

/** Before the routes: from here on they are gathered into one OpenAPI 3.1 document. */
export async function installOpenApi(app: FastifyInstance, hasToken: boolean): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "llm-sim",
        description: DESCRIPTION,
        version: buildOf(import.meta.url).version,
        license: { name: "MIT", identifier: "MIT" },
      },
      components: {
        securitySchemes: {
          token: {
            type: "http",
            scheme: "bearer",
            description: "Where the server was started with a token.",
          },
        },
      },
      // The empty one says that a server without a token asks for none.
      security: hasToken ? [{ token: [] }] : [{}, { token: [] }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transform: createJsonSchemaTransform(CONVERSION),
    transformObject: (document) => withoutInputs(nameComponents(document)),
  });
}

/** The names of components are this document's own; what else is said of a schema (`meta`) is in zod's global registry. */
const CONVERSION: Parameters<typeof createJsonSchemaTransform>[0] = {
  schemaRegistry: componentSchemas,
  zodToJsonConfig: {
    override: ({ zodSchema, jsonSchema }) => {
      const { id: _id, ...meta } = z.globalRegistry.get(zodSchema) ?? {};
      Object.assign(jsonSchema, meta);
    },
  },
};
const nameComponents = createJsonSchemaTransformObject(CONVERSION);

/** Every component comes a second time as what a client would send, of which nothing is sent. */
function withoutInputs<Document extends object>(document: Document): Document {
  if (!("components" in document)) return document;
  const components = componentsSchema.parse(document.components);
  const outputs = Object.entries(components.schemas).filter(([name]) => !name.endsWith("Input"));
  return { ...document, components: { ...components, schemas: Object.fromEntries(outputs) } };
}

const componentsSchema = z.looseObject({ schemas: z.record(z.string(), z.unknown()) });

/** `/openapi.json`, and `/docs` to read it in a browser; every file of it comes from here. */
export async function addDocumentation(app: FastifyInstance): Promise<void> {
  let document: string | undefined;
  app.get("/openapi.json", { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type("application/json; charset=utf-8").send(document);
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    staticCSP: CONTENT_SECURITY_POLICY_TEXT,
    // Its validator badge would be fetched from another host.
    uiConfig: { validatorUrl: null, docExpansion: "list" },
  });
}
