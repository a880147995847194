export { runsApi, server } from "./api.ts";
export { ConnectionBanner } from "./connection-banner.tsx";
export { loadPart } from "./load-part.ts";
export { queryClient, wantsToken } from "./query-client.ts";
export { chooseTheme, lightWhile, startTheme, THEME_CHOICES, useTheme } from "./theme.ts";
export { ThemeSwitch } from "./theme-switch.tsx";
export { takeTokenFromAddress } from "./token.ts";
export { TokenForm } from "./token-form.tsx";
export { useConnection } from "./use-connection.ts";
