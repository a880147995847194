export { createSearches, type Searches } from "./searches.ts";
export { createTextSearch, isReading, type SearchState, type TextSearch } from "./text-search.ts";
