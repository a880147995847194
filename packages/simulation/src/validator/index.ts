export { BasicValidator } from "./basic.ts";
export type { ActionUnderReview, ValidationContext, Validator, ValidatorSetup } from "./validator.ts";
