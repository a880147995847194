export { OFFER_SCHEMA, recordHaggling } from "./haggling-run.ts";
export { MemorySink } from "./memory-sink.ts";
export { type MemoryStream, openMemoryStream } from "./memory-stream.ts";
export { NAMES_THAT_TRAP } from "./names-that-trap.ts";
export { recordAttempt, type SaidOfAttempt } from "./record-attempt.ts";
export { sampleEvent } from "./sample-event.ts";
export { type SinkTest, type SinkUnderTest, sinkSuite } from "./sink-suite.ts";
