export { type ModelServer, type ReceivedRequest, type ServerStep, startModelServer } from "./model-server.ts";
