export { ApiError, invalidArgument } from "./api-error.ts";
export { installErrorAnswers, METHODS, ontoSocket, sendError } from "./install.ts";
export { toApiError, unknownAddress } from "./translate.ts";
