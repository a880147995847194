export { WorldPanel } from "./world-panel.tsx";
