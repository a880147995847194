export { type LakeAddress, lakeName, parseLakeAddress } from "./address/index.ts";
export { type Lake, openLake, type Parameters, type SelectOptions } from "./connection/index.ts";
export { type Edition, lastEdition } from "./editions/index.ts";
export { isLakeError, LAKE_ERROR_CODES, LakeError, type LakeErrorCode } from "./errors.ts";
export { directoryOf, type Restored } from "./restore/index.ts";
export { type LakeStoreOptions, openLakeStore } from "./serve/index.ts";
export {
  type ShipOptions,
  type ShipProgress,
  type Shipped,
  type ShipRunsOptions,
  shipRun,
  shipRuns,
} from "./ship/index.ts";
export { type LakeSqlAnswer, type LakeSqlLimits, queryLake } from "./sql/index.ts";
