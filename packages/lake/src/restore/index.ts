// A run's directory out of a lake.
export { directoryOf, type Restored } from "./directory-of.ts";
export { RowReader } from "./row-reader.ts";
