export { hostInUrl, isLoopback, isWildcard } from "./address.ts";
export { clientOf } from "./client.ts";
export { installCrossOrigin } from "./cross-origin.ts";
export { installHeaderCheck } from "./header-check.ts";
export { CONTENT_SECURITY_POLICY_TEXT, installHeaders } from "./headers.ts";
export { hostCheck, installHostCheck } from "./host-check.ts";
export { installCrossSiteCheck } from "./own-origin.ts";
export { installTokenCheck } from "./token-check.ts";
