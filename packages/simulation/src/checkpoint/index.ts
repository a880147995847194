export { type Checkpoint, checkpointSchema, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
