// A lake: a ClickHouse, and the one client that speaks with it.
export { type Lake, openLake, type Parameters, type SelectOptions } from "./lake.ts";
