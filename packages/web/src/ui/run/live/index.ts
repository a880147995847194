export { LiveControls } from "./live-controls.tsx";
