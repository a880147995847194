export { isEvent } from "./is-event.ts";
export {
  DIALECTS,
  type Dialect,
  type LineFault,
  nativeFault,
  type ParsedLine,
  parseEventLine,
} from "./parse-event-line.ts";
export { upcast } from "./upcast.ts";
