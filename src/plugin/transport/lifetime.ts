/** What the end of a process depends on. Times are in milliseconds. */
export interface LifetimeOptions {
  /** The process id of the parent, now. */
  readonly parent: () => number;
  /** Asks running operations to stop at a safe point. */
  readonly stop: () => void;
  /** Resolves when no operation is running. */
  readonly idle: () => Promise<void>;
  /** Closes what the provider holds open. */
  readonly close: () => Promise<void>;
  readonly exit: (code: number) => void;
  readonly onEnd: (reason: string) => void;
  readonly timers?: Partial<LifetimeTimers>;
}

/** How long the steps of an end may take. */
export interface LifetimeTimers {
  /** Between looks at the parent process. */
  readonly parentInterval: number;
  /** From the loss of the last connection, or of a stream, to the decision that Terraform is gone. */
  readonly lostAfter: number;
  /** For operations to reach a safe point after Terraform is gone. */
  readonly idleLimit: number;
  /** For `close`. Terraform waits two seconds for the process after Shutdown. */
  readonly closeLimit: number;
  /** For the answer to Shutdown to reach Terraform, which then closes the connection. */
  readonly answerLimit: number;
}

const defaults: LifetimeTimers = {
  parentInterval: 1_000,
  lostAfter: 5_000,
  idleLimit: 30_000,
  closeLimit: 1_000,
  answerLimit: 100,
};

/** Decides when a provider process ends: when Terraform says so, or when Terraform is gone. */
export interface Lifetime {
  connectionOpened(): void;
  connectionClosed(): void;
  /** A stream ended that Terraform keeps open while it uses the provider; Shutdown should follow at once. */
  streamEnded(): void;
  /** Shutdown was answered: ends as soon as the answer is out and the client is closed. */
  shutdown(): void;
  /** Terraform is gone, or the process was told to end: ends after running operations reached a safe point. */
  lost(reason: string): void;
}

/**
 * Starts to watch. Terraform that is killed leaves its providers running (observed on 1.11.4): they notice by the new
 * parent, by the closed connection, by the end of the streams, or by a broken standard error, whichever comes first.
 */
export function watchLifetime(options: LifetimeOptions): Lifetime {
  const timers = { ...defaults, ...options.timers };
  const firstParent = options.parent();
  let connections = 0;
  let ending = false;
  let onDisconnected: () => void = () => undefined;

  const watch = setInterval(() => {
    if (options.parent() !== firstParent) lost("the parent process is gone");
  }, timers.parentInterval);
  watch.unref();

  function connectionClosed(): void {
    connections--;
    if (connections > 0) return;
    onDisconnected();
    if (options.parent() !== firstParent) lost("the parent process is gone");
    else later(() => connections === 0 && lost("the connection was closed without a shutdown"));
  }

  function lost(reason: string): void {
    if (ending) return;
    ending = true;
    options.onEnd(reason);
    void end(1, options.idle(), timers.idleLimit);
  }

  function shutdown(): void {
    if (ending) return;
    ending = true;
    options.onEnd("shutdown requested");
    const answered = connections === 0 ? Promise.resolve() : new Promise<void>((resolve) => (onDisconnected = resolve));
    void end(0, answered, timers.answerLimit);
  }

  async function end(code: number, before: Promise<void>, limit: number): Promise<void> {
    clearInterval(watch);
    options.stop();
    await within(limit, before);
    await within(timers.closeLimit, options.close());
    options.exit(code);
  }

  function later(act: () => void): void {
    setTimeout(act, timers.lostAfter).unref();
  }

  return {
    connectionOpened: () => void connections++,
    connectionClosed,
    streamEnded: () => later(() => lost("Terraform closed its streams without a shutdown")),
    shutdown,
    lost,
  };
}

/** Waits for a promise, but no longer than the limit; its failure counts as its end. */
function within(limit: number, promise: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limit);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    promise.then(done, done);
  });
}
