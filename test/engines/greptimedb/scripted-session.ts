import type { Row, RowSink, Session } from "../../../src/engines/greptimedb/connect";
import { StatementError, type DriverError } from "../../../src/engines/greptimedb/errors";

export type Answer = readonly Row[] | DriverError;

/** A session that answers from a function and remembers what was asked. An error object is thrown as the driver would throw it. */
export function scriptedSession(answer: (sql: string, count: number) => Answer): Session & { readonly sent: string[] } {
  const sent: string[] = [];
  const ask = (sql: string): readonly Row[] => {
    sent.push(sql);
    const found = answer(sql, sent.filter((one) => one === sql).length);
    if (!Array.isArray(found)) throw new StatementError(found as DriverError);
    return found as readonly Row[];
  };
  return {
    sent,
    read: async (sql) => ask(sql),
    run: async (sql) => ask(sql),
    scan: async <T>(sql: string, begin: () => RowSink<T>) => {
      const sink = begin();
      for (const row of ask(sql)) sink.row(row);
      return sink.done();
    },
    close: async () => undefined,
  };
}

/** A server's error. */
export function serverError(message: string, errno = 1815): DriverError {
  return { errno, code: "ER_INTERNAL_ERROR", message };
}

export const CONNECTION_LOST: DriverError = {
  code: "PROTOCOL_CONNECTION_LOST",
  message: "Connection lost: The server closed the connection.",
};
