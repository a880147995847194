export { API_ERRORS, ApiError, type ApiErrorCode, invalidArgument } from "./api-error.ts";
export { badRequest, installErrorAnswers, METHODS, sendError } from "./install.ts";
export { errorSchema } from "./schema.ts";
export { toApiError, unknownAddress } from "./translate.ts";
