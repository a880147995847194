export type { Names } from "./render.ts";
export { Template } from "./template.ts";
export { isTemplateError, TemplateError, type TemplatePlace } from "./template-error.ts";
