export * from "./agent/index.ts";
export * from "./answer/index.ts";
export * from "./client/index.ts";
export * from "./limits/index.ts";
export * from "./models/index.ts";
export * from "./prices/index.ts";
export * from "./request/index.ts";
