export { nullStream } from "./null-stream.ts";
export type { EmitScope, EmitTurn, RunStream } from "./run-stream.ts";
