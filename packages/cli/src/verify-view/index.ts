export { reportText } from "./report-text.ts";
