export { addDocumentation, installOpenApi } from "./install.ts";
