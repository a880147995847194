export { ConditionBox } from "./condition-box.tsx";
export { goToMoment } from "./go-to-moment.ts";
export { type Moments, useMoments } from "./use-moments.ts";
