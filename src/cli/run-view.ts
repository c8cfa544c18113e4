import type { ConvergenceEvent } from "../convergence/events";

/** Shows a run while it goes on. */
export interface RunView {
  event(cluster: string, event: ConvergenceEvent): void;
  end(): void;
}
