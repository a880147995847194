export { queryReader, type ReadQuery } from "./read-query.ts";
