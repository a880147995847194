export { type Answer, after, inOrder, isThenable, lasting, takeOut } from "./answer.ts";
