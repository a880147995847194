// The API over a lake.
export { type LakeStoreOptions, openLakeStore } from "./open-lake-store.ts";
