const KEY = "llm-sim.token";

/** Takes the token out of the address (`#token=…`), so that it is neither seen nor passed on with a link. */
export function takeTokenFromAddress(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  keepToken(token);
  history.replaceState(history.state, "", location.pathname + location.search);
}

export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

export function readToken(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}
