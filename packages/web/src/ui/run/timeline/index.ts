export { timelinePicture } from "./picture.ts";
export { TimelinePanel } from "./timeline-panel.tsx";
