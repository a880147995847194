export { type ApiClient, countEvents, createApiClient } from "./client.ts";
export { isApiError, UNREACHABLE, UNREADABLE_ANSWER } from "./errors.ts";
export { type Connection, type Fetch, getResponse, jsonOver, pause } from "./request.ts";
export { sendCommand } from "./send-command.ts";
export { readServerSentEvents, type ServerSentEvent } from "./server-sent-events.ts";
export { isStateNotRecorded } from "./state-not-recorded.ts";
export { variableQuery, type WholeHistory, wholeHistory } from "./whole-history.ts";
