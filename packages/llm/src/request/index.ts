export { isStrictSchema, jsonSchemaFor, type ModelRequest } from "./model-request.ts";
