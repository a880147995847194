export { didYouMean, nearest, nearestNames } from "./nearest.ts";
