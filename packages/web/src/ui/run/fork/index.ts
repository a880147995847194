export { ForkHere } from "./fork-here.tsx";
