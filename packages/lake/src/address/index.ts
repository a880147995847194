export { type LakeAddress, lakeName, parseLakeAddress } from "./address.ts";
