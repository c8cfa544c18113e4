import type { Context, ProviderDefinition } from "../definition";
import type { Diagnostic } from "../diagnostics/diagnostic";
import { errorDiagnostic } from "../diagnostics/diagnostic";
import type { Logger } from "../log/logger";
import type { createRedactor } from "../log/redactor";

/** What a provider process remembers between calls. */
export interface Session<Client> {
  readonly definition: ProviderDefinition<Client>;
  readonly log: Logger;
  readonly redactor: ReturnType<typeof createRedactor>;
  /** What the last `configure` returned; undefined before it, and when it returned no client. */
  client: Client | undefined;
  /** True once `configure` has been called. */
  configured: boolean;
  /** Aborted by StopProvider and at the end of the process; renewed by each `configure`. */
  stop: AbortController;
}

export function createSession<Client>(
  definition: ProviderDefinition<Client>,
  log: Logger,
  redactor: ReturnType<typeof createRedactor>,
): Session<Client> {
  return { definition, log, redactor, client: undefined, configured: false, stop: new AbortController() };
}

/** The context for an operation, or why there is none. */
export function contextOf<Client>(
  session: Session<Client>,
  typeName: string,
): { readonly context: Context<Client> } | { readonly diagnostic: Diagnostic } {
  if (session.client === undefined) return { diagnostic: notConfigured(session, typeName) };
  const log = session.log.with({ type: typeName });
  return { context: { client: session.client, stop: session.stop.signal, log } };
}

/** Closes the client, if there is one. Never throws. */
export async function closeClient<Client>(session: Session<Client>): Promise<void> {
  const client = session.client;
  session.client = undefined;
  if (client === undefined) return;
  try {
    await session.definition.close?.(client);
  } catch (error) {
    session.log.warn("closing the client failed", { error: String(error) });
  }
}

function notConfigured<Client>({ definition, configured }: Session<Client>, typeName: string): Diagnostic {
  if (!configured) {
    return errorDiagnostic(
      "Provider is not configured",
      `The provider "${definition.name}" was asked for ${typeName} before it was configured.`,
    );
  }
  return errorDiagnostic(
    "Provider configuration is not known yet",
    `${typeName} needs a connection, but the configuration of the provider "${definition.name}" depends on values that ` +
      "are only known after apply.\n\nApply the resources that these values come from first " +
      "(terraform apply -target=…), or give the provider values that are known while planning.",
  );
}
