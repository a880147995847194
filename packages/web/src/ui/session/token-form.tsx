import { useState } from "react";
import { queryClient } from "./query-client.ts";
import { keepToken } from "./token.ts";

/** For a server that wants a token, opened without the address that carries it. */
export function TokenForm() {
  const [token, setToken] = useState("");
  return (
    <form
      className="state"
      onSubmit={(event) => {
        event.preventDefault();
        keepToken(token.trim());
        void queryClient.resetQueries();
      }}
    >
      <p className="state-title">This server asks for its token</p>
      <p className="state-text">
        It printed an address that carries the token when it started; or enter it here.
      </p>
      <p className="row">
        <input
          type="password"
          aria-label="Token"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" className="button button-primary" disabled={token.trim() === ""}>
          Open
        </button>
      </p>
    </form>
  );
}
