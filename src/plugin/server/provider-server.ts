import { StopProviderResponse } from "../wire/tfplugin6";
import { dataSourceRpcs } from "./data-source-rpcs";
import { importRpcs } from "./import-rpc";
import { providerRpcs } from "./provider-rpcs";
import { resourceRpcs } from "./resource-rpcs";
import type { Rpc } from "./rpc";
import { schemaRpcs } from "./schema-rpcs";
import type { Session } from "./session";

/** A provider as calls on bytes, without a transport. Methods that are not here are answered UNIMPLEMENTED by it. */
export interface ProviderServer {
  readonly rpcs: { readonly [method: string]: Rpc };
  /** How many calls are running. */
  running(): number;
  /** Resolves when no call is running. */
  idle(): Promise<void>;
}

/** Makes the calls of `tfplugin6.Provider` for a session. */
export function createProviderServer<Client>(session: Session<Client>): ProviderServer {
  let running = 0;
  let waiting: (() => void)[] = [];
  const counted =
    (call: Rpc): Rpc =>
    async (request) => {
      running++;
      try {
        return await call(request);
      } finally {
        running--;
        if (running === 0) {
          for (const resolve of waiting) resolve();
          waiting = [];
        }
      }
    };
  const operations = {
    ...schemaRpcs(session),
    ...providerRpcs(session),
    ...resourceRpcs(session),
    ...importRpcs(session),
    ...dataSourceRpcs(session),
  };
  const rpcs = Object.fromEntries(Object.entries(operations).map(([method, call]) => [method, counted(call)]));
  return {
    rpcs: { ...rpcs, StopProvider: stopRpc(session) },
    running: () => running,
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** Asks running operations to stop at a safe point and answers at once; the process stays. */
function stopRpc<Client>(session: Session<Client>): Rpc {
  return async () => {
    session.log.info("stop requested");
    session.stop.abort();
    return StopProviderResponse.encode({});
  };
}
