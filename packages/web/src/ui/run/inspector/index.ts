export { InspectorPanel } from "./inspector-panel.tsx";
export { EventDetails } from "./lazy-event-details.ts";
