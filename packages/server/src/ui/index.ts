export { installUi } from "./install.ts";
