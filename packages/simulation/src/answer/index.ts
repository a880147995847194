export { type Answer, after, inOrder, isThenable, lasting } from "./answer.ts";
