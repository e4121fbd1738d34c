import { Component, type ReactNode } from 'react';

/** Says so where a page cannot be drawn, which would otherwise leave nothing at all. */
export class Mishap extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="alone">
        <h1>This page cannot be shown</h1>
        <p role="alert">A fault of ours. Nothing was changed by it.</p>
        <p>
          <a href="/accounts" className="button">
            Back to the accounts
          </a>
        </p>
      </main>
    );
  }
}
