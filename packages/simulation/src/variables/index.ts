export { type Declaration, DeclarationError, declarationsSchema, expectedText } from "./declaration.ts";
export { isStateVariableError, StateVariableError } from "./state-variable-error.ts";
export {
  type Declarations,
  DeclaredState,
  type StateVariables,
  stateVariables,
} from "./state-variables.ts";
