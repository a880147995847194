export { type ConnectionMonitor, type ConnectionState, createConnectionMonitor } from "./monitor.ts";
