export { type CanonicalEvent, canonicalLog } from "./canonical-log.ts";
