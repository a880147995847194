// A run's directory out of a lake.
export { directoryOf, type Restored } from "./directory-of.ts";
export { growLog, growTape, renewFiles } from "./grow.ts";
export { ofNewestFiles } from "./newest-files.ts";
export { RowReader } from "./row-reader.ts";
