export { Random, type RandomStream } from "./random.ts";
