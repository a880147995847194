export { type Collecting, Frame, type ReadFrame } from "./frame.ts";
export { guardedWorld } from "./guarded-world.ts";
export { LastWrites } from "./last-writes.ts";
export { isObservationError, ObservationError } from "./look.ts";
export { copyOf, observationOf } from "./observation.ts";
export { Reads } from "./reads.ts";
export { othersIn, type SightedWatching, sightedWorld } from "./sighted-world.ts";
export { trackedWorld } from "./tracked-world.ts";
export { Tracker } from "./tracker.ts";
