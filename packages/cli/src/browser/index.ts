export { openInBrowser } from "./open-in-browser.ts";
