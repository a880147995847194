export { keysIn, keyText, parentName } from "./keys.ts";
export { didYouMean, nearest, nearestNames } from "./nearest.ts";
export { type OptionNames, unknownOption } from "./options.ts";
export {
  asGiven,
  isNameError,
  NameError,
  type NameStep,
  readSteps,
  readStepsWithin,
  stepText,
} from "./steps.ts";
export { VariableMap } from "./variable-map.ts";
export {
  ANY_AGENTS,
  anyonesText,
  type KnownAgents,
  readVariable,
  referenceOf,
  type VariableId,
  type VariableReference,
  variableMeant,
  variableText,
} from "./variable-name.ts";
