import { Component, type ReactNode } from "react";
import { Failure } from "./states.tsx";

interface Props {
  children: ReactNode;
}

/** Keeps a fault in one part of the page from taking the others with it. A reload keeps the view: the address holds it. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <Failure error={this.state.error} onRetry={() => location.reload()} />;
  }
}
