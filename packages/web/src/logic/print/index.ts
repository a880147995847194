export { filterWords } from "./filter-words.ts";
