/** Keeps what went wrong in one part of a page from taking the rest of it along. */

import { Component, type ComponentChildren } from "preact";

import { Problem } from "./Problem";

export class ErrorBoundary extends Component<{ children: ComponentChildren }, { error: Error | null }> {
  override state = { error: null };

  static override getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <Problem error={this.state.error} again={() => this.setState({ error: null })} />;
  }
}
