export { LastWrites } from "./last-writes.ts";
export { isObservationError, ObservationError } from "./look.ts";
export { observationOf } from "./observation.ts";
export { Reads } from "./reads.ts";
export { trackedWorld } from "./tracked-world.ts";
