export { type LakeAddress, lakeName, parseLakeAddress } from "./address/index.ts";
export { isLakeError, LAKE_ERROR_CODES, LakeError, type LakeErrorCode } from "./errors.ts";
