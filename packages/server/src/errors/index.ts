export { ApiError, invalidArgument } from "./api-error.ts";
export { badRequest, installErrorAnswers, METHODS, sendError } from "./install.ts";
export { toApiError, unknownAddress } from "./translate.ts";
