export { isSubstituted, type ModelName, modelName } from "./model-name.ts";
export { type Cost, costOf, hasPrice, type PricePlace } from "./price.ts";
