export { CallsList } from "./calls-list.tsx";
