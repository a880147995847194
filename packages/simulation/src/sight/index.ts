export { type Observed, type Observes, observesSchema } from "./grant.ts";
export { type Noise, noNoiseOn, variableNumber, withNoise } from "./noise.ts";
export type { Sight } from "./sight.ts";
export { type ObservingEntry, SightError, type Sights, sightsOf } from "./sights.ts";
export type { NodeView } from "./view.ts";
