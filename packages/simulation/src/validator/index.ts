export { BasicValidator } from "./basic.ts";
export type { ValidationContext, Validator, ValidatorSetup } from "./validator.ts";
