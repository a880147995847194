export { MemorySink } from "./memory-sink.ts";
export { type MemoryStream, openMemoryStream } from "./memory-stream.ts";
